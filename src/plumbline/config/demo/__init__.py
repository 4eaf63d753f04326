"""The demonstration: the fictional county of Qinghe (清河县), the same for the same seed.

One working committee, 2 committees, 14 general branches, 142 branches, 2,117 members, 105 departments in four classes,
posts and terms, and two years of facts: the last complete year and the present one up to the day. Everything goes
through the doors of the areas, as an office's own data would.
"""

from plumbline.config.demo.build import build_county
from plumbline.config.demo.logins import DemoLogin

__all__ = ["DemoLogin", "build_county"]

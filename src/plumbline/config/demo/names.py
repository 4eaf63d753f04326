"""Fictional people: names drawn from common surnames and given names, in Chinese characters or romanised."""

from random import Random
from typing import Final

_SURNAMES: Final = """
王Wang 李Li 张Zhang 刘Liu 陈Chen 杨Yang 赵Zhao 黄Huang 周Zhou 吴Wu 徐Xu 孙Sun 胡Hu 朱Zhu
高Gao 林Lin 何He 郭Guo 马Ma 罗Luo 梁Liang 宋Song 郑Zheng 谢Xie 韩Han 唐Tang 冯Feng 于Yu
董Dong 萧Xiao 程Cheng 曹Cao 袁Yuan 邓Deng 许Xu 傅Fu 沈Shen 曾Zeng 彭Peng 吕Lü 苏Su 卢Lu
蒋Jiang 蔡Cai 贾Jia 丁Ding 魏Wei 薛Xue 叶Ye 阎Yan 余Yu 潘Pan 杜Du 戴Dai 夏Xia 钟Zhong
汪Wang 田Tian 任Ren 姜Jiang 范Fan 方Fang 石Shi 姚Yao 谭Tan 廖Liao 邹Zou 熊Xiong 金Jin 陆Lu
郝Hao 孔Kong 白Bai 崔Cui 康Kang 毛Mao 邱Qiu 秦Qin 江Jiang 史Shi 顾Gu 侯Hou 邵Shao 孟Meng
龙Long 万Wan 段Duan 雷Lei 钱Qian 汤Tang 尹Yin 黎Li 易Yi 常Chang 武Wu 乔Qiao 贺He
""".split()  # noqa: SIM905 - a table that people read
_MEN: Final = """
建jian 国guo 伟wei 强qiang 军jun 平ping 志zhi 明ming 勇yong 杰jie 涛tao 斌bin 辉hui 刚gang
浩hao 宇yu 鹏peng 飞fei 波bo 超chao 文wen 华hua 林lin 海hai 峰feng 健jian 永yong 德de
庆qing 福fu 瑞rui 泽ze 晨chen 立li 忠zhong 诚cheng 远yuan 东dong 学xue 新xin
""".split()  # noqa: SIM905 - a table that people read
_WOMEN: Final = """
秀xiu 英ying 芳fang 娜na 敏min 静jing 丽li 艳yan 娟juan 霞xia 燕yan 玲ling 桂gui 兰lan
红hong 梅mei 琳lin 雪xue 倩qian 婷ting 慧hui 颖ying 洁jie 蕾lei 欣xin 怡yi 佳jia 云yun
莉li 萍ping 月yue 春chun 晓xiao 文wen 雅ya 雯wen 思si 琪qi 璐lu 岚lan
""".split()  # noqa: SIM905 - a table that people read
_SHARE_OF_WOMEN: Final = 0.31
"""30.9 % of members are women (DOMAIN 9)."""


def dice(*seed: object) -> Random:
    """Return a source of random numbers that is the same for the same seed, on any machine."""
    return Random(":".join(map(str, seed)))  # noqa: S311 - the county must come out the same again


def person(random: Random, locale: str) -> str:
    """Return one name: 王建国 in Chinese, Wang Jianguo in English."""
    surname = _weighted(random, _SURNAMES)
    pool = _WOMEN if random.random() < _SHARE_OF_WOMEN else _MEN
    given = [random.choice(pool) for _letter in range(1 if random.random() < 0.22 else 2)]
    if locale == "zh":
        return surname[0] + "".join(part[0] for part in given)
    return f"{surname[1:]} {''.join(part[1:] for part in given).capitalize()}"


def _weighted(random: Random, pool: list[str]) -> str:
    """Draw with the front of the list more often, as common surnames are."""
    return pool[int(len(pool) * random.random() ** 1.7)]

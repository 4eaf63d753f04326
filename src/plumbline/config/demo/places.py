"""The departments of the fictional county of Qinghe: 105 in four classes, in Chinese and in English."""

from typing import Final

CLASSES: Final = (
    ("A", "党群机关类", "Party and mass organisations"),
    ("B", "经济发展类", "Economy and development"),
    ("C", "社会民生类", "Society and livelihood"),
    ("D", "执法监管类", "Law enforcement and supervision"),
)

_A: Final = """
县委办公室|County Committee Office
县人大常委会办公室|People's Congress Office
县政协办公室|Consultative Conference Office
县纪委监委机关|Discipline and Supervision Office
县委组织部|Organisation Department
县委宣传部|Publicity Department
县委统战部|United Front Department
县委政法委|Political and Legal Affairs Office
县委机构编制办公室|Establishment Office
县委党校|Party School
县委巡察办公室|Inspection Office
县直属机关工委机关|Working Committee Office
县信访局|Letters and Calls Bureau
县委老干部服务局|Veteran Cadres Bureau
县档案馆|County Archives
县地方史志研究室|Local History Office
县总工会|Federation of Trade Unions
共青团清河县委|Youth League Committee
县妇女联合会|Women's Federation
县工商业联合会|Federation of Industry and Commerce
县科学技术协会|Association for Science
县文学艺术界联合会|Federation of Literary and Art Circles
县残疾人联合会|Disabled Persons' Federation
县红十字会|Red Cross Society
县归国华侨联合会|Returned Overseas Chinese Federation
县融媒体中心|Media Centre
"""
_B: Final = """
县政府办公室|County Government Office
县发展和改革局|Development and Reform Bureau
县财政局|Finance Bureau
县经济和信息化局|Economy and Information Bureau
县商务局|Commerce Bureau
县统计局|Statistics Bureau
县审计局|Audit Bureau
县自然资源和规划局|Natural Resources and Planning Bureau
县住房和城乡建设局|Housing and Construction Bureau
县交通运输局|Transport Bureau
县水利局|Water Resources Bureau
县农业农村局|Agriculture and Rural Affairs Bureau
县林业局|Forestry Bureau
县乡村振兴服务中心|Rural Revitalisation Centre
县招商服务中心|Investment Promotion Centre
县行政审批局|Administrative Approval Bureau
县公共资源交易中心|Public Resources Exchange
县机关事务服务中心|Government Offices Service Centre
县金融服务中心|Financial Services Centre
县供销合作社|Supply and Marketing Cooperative
县粮食和物资储备中心|Grain and Reserves Centre
县国有资产服务中心|State Assets Centre
县经济开发区管委会|Economic Development Zone
县大数据中心|Data Centre
县投资评审中心|Investment Review Centre
县畜牧业发展中心|Animal Husbandry Centre
县农业机械服务中心|Farm Machinery Centre
县公路事业发展中心|Highways Centre
"""
_C: Final = """
县教育局|Education Bureau
县科学技术局|Science and Technology Bureau
县民政局|Civil Affairs Bureau
县人力资源和社会保障局|Human Resources and Social Security Bureau
县文化和旅游局|Culture and Tourism Bureau
县卫生健康局|Health Bureau
县退役军人事务局|Veterans Affairs Bureau
县医疗保障局|Medical Insurance Bureau
县体育事业发展中心|Sports Centre
县社会保险服务中心|Social Insurance Centre
县就业服务中心|Employment Centre
县疾病预防控制中心|Disease Control Centre
县人民医院|People's Hospital
县中医医院|Hospital of Chinese Medicine
县妇幼保健院|Maternal and Child Hospital
县第一中学|First Secondary School
县职业教育中心|Vocational Education Centre
县图书馆|County Library
县文化馆|Culture House
县博物馆|County Museum
县园林绿化中心|Parks and Gardens Centre
县环境卫生服务中心|Sanitation Centre
县供水服务中心|Water Supply Centre
县住房保障服务中心|Housing Support Centre
县住房公积金管理部|Housing Fund Office
县慈善服务中心|Charity Centre
县养老服务中心|Elderly Care Centre
县防震减灾中心|Earthquake Preparedness Centre
县殡葬服务中心|Funeral Services Centre
县青少年活动中心|Youth Centre
"""
_D: Final = """
县公安局|Public Security Bureau
县司法局|Justice Bureau
县人民法院|People's Court
县人民检察院|People's Procuratorate
县市场监督管理局|Market Supervision Bureau
县应急管理局|Emergency Management Bureau
县生态环境分局|Ecology and Environment Bureau
县城市管理局|Urban Management Bureau
县税务局|Tax Bureau
县气象局|Meteorological Bureau
县烟草专卖局|Tobacco Monopoly Bureau
县消防救援大队|Fire and Rescue Brigade
县农业综合执法大队|Agricultural Enforcement Brigade
县交通运输执法大队|Transport Enforcement Brigade
县文化市场执法大队|Culture Market Enforcement Brigade
县卫生监督所|Health Inspection Office
县劳动保障监察大队|Labour Inspection Brigade
县不动产登记中心|Real Estate Registry
县水文勘测站|Hydrological Station
县供电公司|Power Supply Company
县邮政管理局|Postal Administration
"""
_OF_COMMITTEE: Final = ("Public Security Bureau", "Education Bureau")
"""The departments large enough for a committee of their own."""

_OF_GENERAL_BRANCH: Final = (
    "Finance Bureau", "Natural Resources and Planning Bureau", "Housing and Construction Bureau", "Transport Bureau",
    "Water Resources Bureau", "Agriculture and Rural Affairs Bureau", "Human Resources and Social Security Bureau",
    "Health Bureau", "Market Supervision Bureau", "Justice Bureau", "People's Court", "People's Procuratorate",
    "Tax Bureau", "People's Hospital",
)  # fmt: skip
"""The departments with a general branch over several branches."""

JOINT: Final = (
    ("County Museum", "County Library", "Culture House", "Youth Centre"),
    ("Farm Machinery Centre", "Animal Husbandry Centre", "Highways Centre", "Investment Review Centre"),
    (
        "Charity Centre",
        "Elderly Care Centre",
        "Funeral Services Centre",
        "Housing Support Centre",
        "Housing Fund Office",
    ),
)
"""Departments too small for a branch of their own, which share a joint branch (at most five units: DOMAIN 3.3)."""

COMMITTEE_BRANCHES, GENERAL_BRANCHES = 9, 3
"""How many branches stand under a committee and under a general branch."""
LARGER_GENERAL = 3
"""The first three general branches have one branch more."""


def departments() -> tuple[tuple[str, str, str], ...]:
    """Return class letter, Chinese and English name of every department, in order."""
    found = []
    for letter, block in zip("ABCD", (_A, _B, _C, _D), strict=True):
        for line in block.strip().splitlines():
            zh, en = line.split("|")
            found.append((letter, zh, en))
    return tuple(found)


def has_committee(name: str) -> bool:
    """Tell whether a department (by its English name) has a committee."""
    return name in _OF_COMMITTEE


def has_general_branch(name: str) -> bool:
    """Tell whether a department (by its English name) has a general branch."""
    return name in _OF_GENERAL_BRANCH

"""Regions of the world by the ISO 3166 codes of countries: the geographic regions of the United Nations (standard M49).

Taiwan and Kosovo, which M49 does not list, are put where they lie. Antarctica is in no region.
"""

from __future__ import annotations

_CODES = {
    "Africa": (
        "AGO ATF BDI BEN BFA BWA CAF CIV CMR COD COG COM CPV DJI DZA EGY ERI ESH ETH GAB GHA GIN GMB GNB GNQ IOT "
        "KEN LBR LBY LSO MAR MDG MLI MOZ MRT MUS MWI MYT NAM NER NGA REU RWA SDN SEN SHN SLE SOM SSD STP SWZ SYC "
        "TCD TGO TUN TZA UGA ZAF ZMB ZWE "
    ),
    "Americas": (
        "ABW AIA ARG ATG BES BHS BLM BLZ BMU BOL BRA BRB BVT CAN CHL COL CRI CUB CUW CYM DMA DOM ECU FLK GLP GRD "
        "GRL GTM GUF GUY HND HTI JAM KNA LCA MAF MEX MSR MTQ NIC PAN PER PRI PRY SGS SLV SPM SUR SXM TCA TTO URY "
        "USA VCT VEN VGB VIR "
    ),
    "Asia": (
        "AFG ARE ARM AZE BGD BHR BRN BTN CHN CYP GEO HKG IDN IND IRN IRQ ISR JOR JPN KAZ KGZ KHM KOR KWT LAO LBN "
        "LKA MAC MDV MMR MNG MYS NPL OMN PAK PHL PRK PSE QAT SAU SGP SYR THA TJK TKM TLS TUR TWN UZB VNM YEM "
    ),
    "Europe": (
        "ALA ALB AND AUT BEL BGR BIH BLR CHE CZE DEU DNK ESP EST FIN FRA FRO GBR GGY GIB GRC HRV HUN IMN IRL ISL "
        "ITA JEY LIE LTU LUX LVA MCO MDA MKD MLT MNE NLD NOR POL PRT ROU RUS SJM SMR SRB SVK SVN SWE UKR VAT "
        "XKX "
    ),
    "Oceania": (
        "ASM AUS CCK COK CXR FJI FSM GUM HMD KIR MHL MNP NCL NFK NIU NRU NZL PCN PLW PNG PYF SLB TKL TON TUV UMI "
        "VUT WLF WSM "
    ),
}
# Code of a country → its region.
REGIONS = {code: region for region, codes in _CODES.items() for code in codes.split()}

"""Build the data files of `nianbao/places` from the yearly lists of administrative units.

    .venv/bin/python data_tools/build_places.py --lists DIR [--pinyin COMMAND]

DIR holds gb2260-YYYY.tsv, provinces-, cities-, areas- and streets-2023.csv. Written are places.csv, place_changes.csv,
zones.csv and towns.csv, and, where a Python with pypinyin is given, syllables.csv and readings.csv. Errors of the lists
are mended by list_corrections.yaml; what no comparison of lists can show (mergers, splits, the years without a list)
stands in known_changes.csv, zones in known_zones.csv.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import yaml

HERE = Path(__file__).parent
TARGET = HERE.parent / "nianbao" / "places"
OLD_CSV = HERE / "jurisdictions.csv"
PLACE_COLUMNS = ["code", "name", "kind", "parent_code", "province_name", "first_year", "last_year", "invented"]
CHANGE_COLUMNS = ["from_code", "from_name", "to_code", "to_name", "year", "kind"]
KEEPS = ("rename", "upgrade", "recode")
_NATION = (
    "壮族|回族|维吾尔|蒙古族|藏族|苗族|彝族|侗族|布依族|土家族|傣族|景颇族|哈尼族|白族|朝鲜族|羌族|黎族|瑶族|畲族|满族|哈萨克族?|"
    "柯尔克孜族?|蒙古|傈僳族|水族|仡佬族|佤族|拉祜族|纳西族|毛南族|仫佬族|东乡族|保安族|撒拉族|土族|裕固族|锡伯族?|达斡尔族|鄂温克族|"
    "鄂伦春|塔吉克|独龙族|怒族|普米族|各族|布朗族"
)

Unit = tuple[str, str]  # code and name


class Change(NamedTuple):
    """A unit that became, or gave to, another in a year."""

    year: int
    kind: str
    before: Unit
    after: Unit


def stem(name: str) -> str:
    """Return the name without its kind of unit."""
    short = re.sub(f"(?:{_NATION})*自治[区州县旗]$", "", name)
    if short == name:
        short = re.sub("(地区|林区|特区|[省市区县旗盟])$", "", name)
    return short or name


def level(code: str) -> int:
    """Return 3 for a province, 2 for a prefecture, 1 for a county."""
    return 3 if code.endswith("0000") else 2 if code.endswith("00") else 1


def read_lists(directory: Path, corrections: dict[str, list[dict[str, object]]]) -> dict[int, dict[str, str]]:
    """Read the yearly lists and mend their known errors."""
    lists: dict[int, dict[str, str]] = {}
    for path in sorted(directory.glob("gb2260-*.tsv")):
        with path.open(encoding="utf-8") as lines:
            rows = csv.DictReader(lines, delimiter="\t")
            lists[int(path.stem[-4:])] = {row["Code"]: row["Name"].strip() for row in rows}
    for mend in corrections["copy"]:
        year, source = lists[int(str(mend["year"]))], lists[int(str(mend["source"]))]
        for code in mend["codes"]:  # type: ignore[attr-defined]
            if code in source:
                year[code] = source[code]
            else:
                year.pop(code, None)
    return lists


def read_2023(directory: Path, not_units: Iterable[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Read the table of 2023: its units, and its development zones (codes that end in 71 to 79)."""
    table: dict[str, str] = {}
    for name, zeros in (("provinces", "0000"), ("cities", "00"), ("areas", "")):
        with (directory / f"{name}-2023.csv").open(encoding="utf-8") as lines:
            table.update((row["code"] + zeros, row["name"]) for row in csv.DictReader(lines))
    zones = {code: name for code, name in table.items() if "71" <= code[4:] <= "79"}
    skipped = {*zones, *not_units}
    units = {c: n for c, n in table.items() if c not in skipped and not re.fullmatch("市辖区|县|.*直辖县级行政区划", n)}
    return units, zones


def read_known(path: Path) -> list[Change]:
    """Read the changes that are known from elsewhere."""
    with path.open(encoding="utf-8") as lines:
        return [
            Change(int(row["year"]), row["kind"], (row["from"][:6], row["from"][6:]), (row["to"][:6], row["to"][6:]))
            for row in csv.DictReader(lines)
        ]


def apply(units: dict[str, str], changes: list[Change]) -> dict[str, str]:
    """Return the list of the year after: what the changes ended is gone, what they made is there."""
    after = set(units.items())
    ended = {change.before for change in changes if change.kind in (*KEEPS, "merge")}
    made = {change.after for change in changes if change.kind != "reuse"}
    parts = {change.before for change in changes if change.kind == "part"}
    gone_parts = {unit for unit in parts if unit[1] in ("城区", "矿区", "南郊区")}
    return dict(sorted((after - ended - gone_parts) | made))


def complete(lists: dict[int, dict[str, str]], known: list[Change]) -> dict[int, dict[str, str]]:
    """Return a list for every year: the one named 2011 is that of 2012, those of 2018 and later follow from changes."""
    by_year: dict[int, list[Change]] = defaultdict(list)
    for change in known:
        by_year[change.year].append(change)
    lists = dict(lists)
    lists[2012] = lists[2011]
    before, during = set(lists[2010].items()), set(lists[2011].items())
    late = by_year[2012]
    during |= {change.before for change in late if change.before in before}
    during -= {change.after for change in late if change.after not in before}
    lists[2011] = dict(sorted(during))
    lists[2018] = apply(lists[2019], by_year[2018])
    for year in range(2019, 2025):
        lists[year] = apply(lists[year - 1], by_year[year])
    return lists


class Matcher:
    """Pairs the units that a year ended with those that it made."""

    def __init__(self, gone: set[Unit], came: set[Unit]) -> None:
        """Take the units that a year ended with and those that it made."""
        self.gone, self.came = gone, came
        self.pairs: list[tuple[Unit, Unit, str]] = []
        self.heads: dict[str, str] = {}  # the first four digits of a county that became a prefecture: those of that

    def take(self, before: Unit, after: Unit, kind: str) -> None:
        """Record that one became the other."""
        self.pairs.append((before, after, kind))
        self.gone.discard(before)
        self.came.discard(after)

    def by_name(self, kind: str, scope: int, *, same_level: bool) -> None:
        """Pair units of one name (recode) or one stem (upgrade) within a prefecture, a province or the country."""
        groups: dict[tuple[str, ...], tuple[list[Unit], list[Unit]]] = defaultdict(lambda: ([], []))
        for side, units in enumerate((self.gone, self.came)):
            for code, name in sorted(units):
                word = name if kind == "recode" else stem(name)
                rank = str(level(code)) if same_level else ""
                groups[code[:scope], word, rank][side].append((code, name))
        for (_, word, _), (before, after) in groups.items():
            if len(before) != 1 or len(after) != 1 or level(after[0][0]) < level(before[0][0]):
                continue
            if kind == "upgrade" and scope < 4 and (len(word) < 2 or scope == 0):
                continue
            head = after[0][0][:4]
            has_counties = any(code[:4] == head for code, _ in self.came - {after[0]})
            if level(before[0][0]) == 1 and level(after[0][0]) == 2 and has_counties:
                # The county itself goes on as a district of the new city.
                self.pairs.append((before[0], after[0], "part"))
                self.came.discard(after[0])
                self.heads[before[0][0]] = head
            else:
                self.take(before[0], after[0], kind)

    def by_character(self) -> None:
        """Pair a county of one character with the city of its province that took the character on: 霸县, 霸州市."""
        for before in sorted(self.gone):
            word = stem(before[1])
            after = [u for u in self.came if len(word) == 1 and word in stem(u[1]) and u[0][:2] == before[0][:2]]
            if len(after) == 1 and level(before[0]) == level(after[0][0]) == 1:
                self.take(before, after[0], "upgrade")

    def by_code(self, reused: set[tuple[Unit, Unit]]) -> None:
        """Pair what stands under one code before and after, unless the code passed to another place."""
        came = dict(self.came)
        for before in sorted(self.gone):
            after = (before[0], came.get(before[0], ""))
            if after[1] and (before, after) not in reused:
                self.take(before, after, "rename")

    def by_children(self) -> None:
        """Pair prefectures most of whose counties went from one to the other."""
        moved: dict[str, Counter[str]] = defaultdict(Counter)
        for before, after, _ in self.pairs:
            if level(before[0]) == level(after[0]) == 1:
                moved[before[0][:4]][after[0][:4]] += 1
        for before in sorted(self.gone):
            to = moved[before[0][:4]]
            if level(before[0]) != 2 or not to:
                continue
            head, number = to.most_common(1)[0]
            after = [unit for unit in self.came if unit[0] == head + "00"]
            if after and number >= 0.6 * sum(to.values()):
                self.take(before, after[0], "upgrade")

    def by_rest(self) -> None:
        """Pair the one county that a prefecture lost with the one district that it gained; more gained: split off."""
        parents = {before[0][:4]: after[0][:4] for before, after, _ in self.pairs if level(before[0]) == 2}
        gone: dict[str, list[Unit]] = defaultdict(list)
        came: dict[str, list[Unit]] = defaultdict(list)
        for unit in sorted(self.gone):
            gone[self.heads.get(unit[0]) or parents.get(unit[0][:4], unit[0][:4])].append(unit)
        for unit in sorted(self.came):
            came[unit[0][:4]].append(unit)
        for head, before in gone.items():
            after = came[head]
            if len(before) != 1 or level(before[0][0]) != 1 or not after or any(level(code) != 1 for code, _ in after):
                continue
            districts = [unit for unit in after if unit[1].endswith("区")]
            heir = after[0] if len(after) == 1 else districts[0] if len(districts) == 1 else None
            for unit in after:
                kind = "upgrade" if before[0][1][-1] != unit[1][-1] else "rename"
                self.take(before[0], unit, kind if unit == heir else "split")


def derive(before: dict[str, str], after: dict[str, str], year: int, known: list[Change]) -> list[Change]:
    """Return what changed from one list to the next, as far as the lists show it or it is known."""
    here = [change for change in known if change.year == year]
    near = [change for change in known if abs(change.year - year) <= 1 and change.kind != "reuse"]
    old, new = set(before.items()), set(after.items())
    ended = {change.before for change in near if change.kind in (*KEEPS, "merge")}
    matcher = Matcher(old - new - ended, new - old - {change.after for change in near})
    for same_level in (True, False):
        for kind in ("recode", "upgrade"):
            for scope in (4, 2, 0):
                matcher.by_name(kind, scope, same_level=same_level)
        matcher.by_code({(c.before, c.after) for c in here if c.kind == "reuse"})
        matcher.by_children()
    matcher.by_character()
    matcher.by_rest()
    found = [Change(year, kind, one, other) for one, other, kind in matcher.pairs]
    found += [change for change in here if change.kind != "reuse"]
    found = [mend_kind(change) for change in found]
    if matcher.gone or matcher.came:
        lost, won = (" ".join(f"{c}{n}" for c, n in sorted(units)) for units in (matcher.gone, matcher.came))
        print(f"{year} without successor: {lost}\n     without predecessor: {won}", file=sys.stderr)
    return found + moved_counties(found, before, after)


def mend_kind(change: Change) -> Change:
    """Return the change with the kind that codes and names show: of one name recode, of another rank upgrade."""
    if change.kind not in KEEPS:
        return change
    (code, name), (code_after, name_after) = change.before, change.after
    if level(code) != level(code_after):
        return change._replace(kind="upgrade")
    if name == name_after:
        return change._replace(kind="recode")
    if code == code_after:
        return change._replace(kind="rename")
    same = re.search("地区$|.$", name)[0] == re.search("地区$|.$", name_after)[0]  # type: ignore[index]
    return change._replace(kind=change.kind if not same else "recode" if change.kind == "recode" else "rename")


def moved_counties(found: list[Change], before: dict[str, str], after: dict[str, str]) -> list[Change]:
    """Return what prefectures gained from others: a county passed from one to the other, and both go on."""
    whole = {(c.before[0][:4], c.after[0][:4]) for c in found if level(c.before[0]) == 2}
    moved = []
    for change in found:
        one, other = change.before[0][:4], change.after[0][:4]
        keeps = change.kind in KEEPS and level(change.before[0]) == level(change.after[0]) == 1
        if not keeps or one == other or (one, other) in whole:
            continue
        giver, taker = one + "00", other + "00"
        if giver in before and taker in after and taker in before:
            moved.append(Change(change.year, "part", (giver, before[giver]), (taker, after[taker])))
    return sorted(set(moved))


def spans(lists: dict[int, dict[str, str]]) -> dict[Unit, tuple[int | None, int | None]]:
    """Return the first and last year of every code and name; None where it began before the lists or still is."""
    first: dict[Unit, int] = {}
    last: dict[Unit, int] = {}
    for year in sorted(lists):
        for unit in lists[year].items():
            first.setdefault(unit, year)
            last[unit] = year
    start, end = min(lists), max(lists)
    return {u: (None if first[u] == start else first[u], None if last[u] == end else last[u]) for u in first}


def place_rows(lists: dict[int, dict[str, str]], changes: Iterable[Change]) -> list[list[object]]:
    """Return the rows of places.csv: those that were resolved so far, with their years, and those that are new.

    Units in no list are invented ones and some that ended long ago. Their years are those of their changes.
    """
    years = spans(lists)
    starts = {change.after: change.year for change in changes if change.kind in KEEPS}
    ends = {change.before: change.year - 1 for change in changes if change.kind in KEEPS}
    rows: list[list[object]] = []
    known: set[Unit] = set()
    with OLD_CSV.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            unit = (row["code"], row["name"])
            known.add(unit)
            until = int(row["until"]) if row["until"] else None
            first, last = years.get(unit, (until, until))  # in no list: only its last year is known
            if row["invented"]:
                first, until = starts.get(unit), ends.get(unit)
            if until is None:
                last = years[unit][1] if unit in years else None
            last = until if row["invented"] else last
            rows.append([*unit, row["level"], row["parent_code"], row["province_name"], first, last, row["invented"]])
    for unit in sorted(set(years) - known):
        first, last = years[unit]
        units = lists[last or max(lists)]
        province = units.get(unit[0][:2] + "0000", "")
        prefecture = unit[0][:4] + "00"
        kind = {3: "province", 2: "city", 1: "county"}[level(unit[0])]
        parent = "000000" if kind == "province" else unit[0][:2] + "0000"
        if kind == "county" and prefecture in units:
            parent = prefecture
        rows.append([*unit, kind, parent, province or unit[1], first, last, ""])
    return sorted(rows, key=lambda row: (str(row[0]), row[6] or 9999, str(row[1])))


def write(name: str, header: list[str], rows: Iterable[Iterable[object]]) -> None:
    """Write one CSV with plain line ends."""
    with (TARGET / name).open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([["" if cell is None else cell for cell in row] for row in rows])


def town_rows(directory: Path, not_units: Iterable[str]) -> list[list[str]]:
    """Return the towns and subdistricts of every county as one row: its code and their names."""
    towns: dict[str, list[str]] = defaultdict(list)
    with (directory / "streets-2023.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            name = re.sub("(?<=街道)办事处$|(?<=[镇乡])人民政府$", "", row["name"])
            name = re.sub("办事处$", "街道", name) if not name.endswith("街道") else name
            code = row["areaCode"] if row["areaCode"] not in not_units else row["areaCode"][:4] + "00"
            if "直辖村" not in name:
                towns[code].append(name.replace(" ", ""))
    return [[code, " ".join(names)] for code, names in sorted(towns.items())]


def zone_rows(stated: dict[str, str]) -> list[list[str]]:
    """Return the zones: those of the statistics bureau, each under its prefecture, and those known from elsewhere."""
    with (HERE / "known_zones.csv").open(encoding="utf-8") as lines:
        known = [[row["name"], row["parent_code"], row["also"], row["first_year"]] for row in csv.DictReader(lines)]
    named = {word for row in known for word in (row[0], *row[2].split())}
    listed = [[re.sub("管委会$", "", name), code[:4] + "00", "", ""] for code, name in sorted(stated.items())]
    return sorted(known + [row for row in listed if row[0] not in named])


_PINYIN = """
import json, sys
from pypinyin import lazy_pinyin, pinyin_dict
names = json.load(sys.stdin)
single = {chr(k): lazy_pinyin(chr(k))[0] for k in pinyin_dict.pinyin_dict if 0x4E00 <= k <= 0x9FFF or k in (0x3007,)}
read = {n: lazy_pinyin(n) for n in names}
other = {n: r for n, r in read.items() if r != [single.get(c) for c in n]}
json.dump([single, other], sys.stdout)
"""


# What a dictionary of words reads otherwise than people read the name.
READ = {
    "朝阳": "chao yang", "南乐": "nan le", "长子": "zhang zi", "乐亭": "lao ting", "乐清": "yue qing", "大埔": "da bu",
    "台州": "tai zhou", "丽水": "li shui", "蔚县": "yu xian", "单县": "shan xian", "莘县": "shen xian",
    "浚县": "xun xian", "盱眙": "xu yi", "铅山": "yan shan", "解州": "hai zhou", "蚌埠": "beng bu", "亳州": "bo zhou",
    "六合": "lu he", "柏乡": "bai xiang", "筠连": "jun lian", "荥经": "ying jing", "荥阳": "xing yang",
    "监利": "jian li", "阆中": "lang zhong", "会理": "hui li", "重庆": "chong qing", "洪洞": "hong tong",
    "漯河": "luo he", "民乐": "min le", "马尾": "ma wei",
}  # fmt: skip
READ_ALONE = {"长": "chang", "都": "du", "乐": "le", "朝": "chao"}


def write_pinyin(python: str, names: Iterable[str], used: set[str]) -> None:
    """Write how characters are read in pinyin, and the names that are read otherwise than character by character."""
    told = json.dumps(sorted(set(names)))
    done = subprocess.run([python, "-c", _PINYIN], input=told, capture_output=True, text=True, check=True)
    single, other = json.loads(done.stdout)
    single.update(READ_ALONE)
    by_syllable: dict[str, list[str]] = defaultdict(list)
    for character, syllable in single.items():
        common = len(character.encode("gb2312", "ignore")) == 2
        if re.fullmatch("[a-z]+", syllable) and (common or character in used):
            by_syllable[syllable].append(character)
    rows = ((syllable, "".join(sorted(written))) for syllable, written in sorted(by_syllable.items()))
    write("syllables.csv", ["syllable", "characters"], rows)
    plain = {name for name in other if name[:2] not in READ and name[:1] not in READ_ALONE and len(name) < 4}
    words = {name: " ".join(other[name]) for name in plain}
    write("readings.csv", ["name", "syllables"], sorted({**words, **READ}.items()))


def main() -> None:
    """Read, compare and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lists", required=True, type=Path)
    parser.add_argument("--pinyin", help="a Python that has pypinyin")
    options = parser.parse_args()
    corrections = yaml.safe_load((HERE / "list_corrections.yaml").read_text("utf-8"))
    known = read_known(HERE / "known_changes.csv")
    lists = complete(read_lists(options.lists, corrections), known)
    units, zones = read_2023(options.lists, corrections["not_units"])
    differ = set(lists[2023].items()) ^ set(units.items())
    print("2023 differs:", sorted(unit for unit in differ if unit[0][:2] not in ("71", "81", "82")), file=sys.stderr)
    ever = {unit for units in lists.values() for unit in units.items()}
    for change in known:
        for unit in (change.before, change.after):
            if unit not in ever:
                print(f"known_changes.csv: {change} names {unit}, which no list has", file=sys.stderr)
    pairs = pairwise(sorted(lists))
    changes = [change for one, other in pairs for change in derive(lists[one], lists[other], other, known)]
    places = place_rows(lists, changes)
    towns = town_rows(options.lists, set(corrections["not_units"]) - {str(row[0]) for row in places})
    zone_table = zone_rows(zones)
    write("places.csv", PLACE_COLUMNS, places)
    write(
        "place_changes.csv",
        CHANGE_COLUMNS,
        sorted({(*c.before, *c.after, c.year, c.kind) for c in changes}, key=lambda row: (row[4], row)),
    )
    write("towns.csv", ["county_code", "names"], towns)
    write("zones.csv", ["name", "parent_code", "also", "first_year"], zone_table)
    if options.pinyin:
        names = [short for row in places if len(short := stem(str(row[1]))) > 1]
        names += [str(row[1]) for row in places if len(str(row[1])) == 2]
        used = {character for row in places for character in str(row[1])}
        used |= {character for row in towns for character in row[1]} | {c for row in zone_table for c in row[0]}
        write_pinyin(options.pinyin, names, used)


if __name__ == "__main__":
    main()

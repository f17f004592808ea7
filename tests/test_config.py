"""config.yaml: what is accepted, and the exact words of every refusal."""

import base64
import dataclasses
import re
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from ipaddress import ip_network
from pathlib import Path
from time import perf_counter
from typing import Final
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from sqlalchemy import make_url

from monitor.config import (
    AlertsSettings,
    FetchSettings,
    RechecksSettings,
    RetentionSettings,
    RunSettings,
    Settings,
    SiteRechecksSettings,
    SiteSettings,
    defaults,
    load,
    template,
)
from monitor.config.rules import saved_rules
from monitor.core.addresses import Allowed
from monitor.core.alerts import Limit
from monitor.core.errors import ConfigError
from monitor.core.query import Query
from monitor.core.quiet import Quiet
from monitor.core.receivers import Apprise, Command, FeedFile, Receiver, StandardOutput, Webhook
from monitor.core.rules import Occasion, Rule
from monitor.core.saved_rules import SavedRule
from monitor.core.schedules import Every, Schedule, cron_of
from monitor.net.egress import Egress

SHIPPED: Final = Path(__file__).parent.parent / "config.yaml"
KEY: Final = f"whsec_{base64.b64encode(bytes(24)).decode()}"
WEB_ADDRESS: Final = "expected a web address, http(s)://HOST/PATH, without user and password; sign with `secrets`"
AT: Final = datetime(2026, 11, 22, tzinfo=UTC)
SITES: Final = ("bdnews24", "inqilab", "jugantor")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, so that messages name the file as `config.yaml`."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def read(text: str | bytes, environ: Mapping[str, str] | None = None) -> Settings:
    path = Path("config.yaml")
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load(path, environ=environ or {}, site_names=SITES)


def refusal(text: str | bytes, environ: Mapping[str, str] | None = None) -> list[str]:
    """The lines of the refusal, each without `config.yaml:`."""
    with pytest.raises(ConfigError) as caught:
        read(text, environ)
    lines = str(caught.value).split("\n")
    assert all(line.startswith("config.yaml:") for line in lines)
    return [line.removeprefix("config.yaml:") for line in lines]


class TestShippedFile:
    """The file at the top of the repository, which `monitor init` writes: every default and nothing else."""

    def all_on(self) -> str:
        """The file with every setting turned on that is commented out."""
        text = re.sub(r"(?m)^#(?=[a-z]| {2,})", "", SHIPPED.read_text("utf-8"))
        return text.replace("${MAIL_USER}", "user").replace("${MAIL_PASSWORD}", "password")

    def test_means_the_defaults(self) -> None:
        assert load(SHIPPED, environ={}, site_names=SITES) == defaults(SHIPPED.parent)

    def test_is_what_init_writes(self, folder: Path) -> None:
        assert read(template()) == defaults(folder)
        assert template() == SHIPPED.read_text("utf-8")

    def test_with_every_setting_on_means_the_defaults(self, folder: Path) -> None:
        settings = read(self.all_on())
        assert settings.sites == {"inqilab": SiteSettings()}
        assert settings.receivers == {
            "desk": Receiver("desk", Webhook("https://desk.example/alerts")),
            "people": Receiver("people", Apprise("mailto://user:password@mail.example")),
            "readers": Receiver("readers", FeedFile(folder / "alerts.xml")),
            "script": Receiver("script", Command(("/usr/local/bin/tell-desk",))),
            "lines": Receiver("lines", StandardOutput()),
        }
        assert settings.rules == {
            "north-korea": Rule(
                name="north-korea",
                query=Query.parse("পুতিন AND কিম"),
                on=frozenset({Occasion.PUBLISHED, Occasion.EDITED}),
                to=("desk",),
                quiet=Quiet(time(23), time(7), ZoneInfo("Asia/Dhaka")),
                limit=Limit(20, timedelta(hours=1)),
            )
        }
        assert dataclasses.replace(settings, sites={}, receivers={}, rules={}) == defaults(folder)

    def test_shows_every_setting(self) -> None:
        tree = YAML(typ="safe", pure=True).load(self.all_on())
        assert set(tree) == {field.name for field in dataclasses.fields(Settings)}
        assert set(tree["fetch"]) == {field.name for field in dataclasses.fields(FetchSettings)}
        assert set(tree["rechecks"]) == {field.name for field in dataclasses.fields(RechecksSettings)}
        own = tree["sites"]["inqilab"]["rechecks"]
        assert set(own) == {field.name for field in dataclasses.fields(SiteRechecksSettings)}
        assert set(tree["retention"]) == {field.name for field in dataclasses.fields(RetentionSettings)}
        assert set(tree["rules"]["north-korea"]) == {field.name for field in dataclasses.fields(Rule)} - {
            "name",
            "query",
        } | {"match"}
        assert set(tree["alerts"]) == {field.name for field in dataclasses.fields(AlertsSettings)}
        assert set(tree["run"]) == {field.name for field in dataclasses.fields(RunSettings)}
        assert set(tree["sites"]["inqilab"]) == {field.name for field in dataclasses.fields(SiteSettings)}

    def test_is_read_in_less_than_50_ms(self) -> None:
        def seconds() -> float:
            start = perf_counter()
            load(SHIPPED, environ={}, site_names=SITES)
            return perf_counter() - start

        assert min(seconds() for _ in range(5)) < 0.05


class TestAccepted:
    @pytest.mark.parametrize("text", ["", "\n", "# nothing\n", "---\n", "{}", "~", "fetch:\nsites:\n"])
    def test_empty_means_the_defaults(self, folder: Path, text: str) -> None:
        assert read(text) == defaults(folder)

    @pytest.mark.parametrize(
        ("written", "seconds"),
        [("0", 0), ("5", 5), ("2.5", 2.5), ("5s", 5), ('"5 s"', 5), ("1.5m", 90), ("1h", 3600), ("0x10", 16)],
    )
    def test_duration(self, written: str, seconds: float) -> None:
        delay = read(f"fetch: {{delay: {written}}}").fetch.delay
        assert (delay, type(delay)) == (seconds, float)

    @pytest.mark.parametrize(
        ("written", "seconds"),
        [("null", None), ("1d", 86_400), ("1.5 d", 129_600), ("48h", 172_800), ("365D", 31_536_000)],
    )
    def test_age(self, written: str, seconds: float | None) -> None:
        settings = read(f"retention: {{observations: {written}, captures: 2d}}").retention
        assert settings == RetentionSettings(observations=seconds, captures=172_800)

    def test_run(self) -> None:
        settings = read("run: {tick: 1m, concurrency: 2, deadline: 10s, stop_limit: 0}").run
        assert settings == RunSettings(tick=60, concurrency=2, deadline=10, stop_limit=0)

    @pytest.mark.parametrize(
        ("written", "schedule"),
        [("null", None), ("90", Every(90)), ("30m", Every(1800)), ('"*/10 6-23 * * *"', cron_of("*/10 6-23 * * *"))],
    )
    def test_schedule(self, written: str, schedule: Schedule | None) -> None:
        assert read(f"sites: {{inqilab: {{schedule: {written}}}}}").sites["inqilab"].schedule == schedule

    def test_rechecks(self) -> None:
        settings = read(
            "rechecks: {fetches_per_article: 8, requests_a_day: 5000, horizon: 30d}\n"
            "sites: {inqilab: {rechecks: {requests_a_day: 100, horizon: 1d}}, jugantor: {rechecks: }}"
        )
        assert settings.rechecks == RechecksSettings(fetches_per_article=8, requests_a_day=5000, horizon=30 * 86_400)
        own = {name: site.rechecks for name, site in settings.sites.items()}
        assert own == {
            "inqilab": SiteRechecksSettings(requests_a_day=100, horizon=86_400),
            "jugantor": SiteRechecksSettings(),
        }

    @pytest.mark.parametrize(
        ("written", "size"),
        [
            ("1000", 1000),
            ("1_000_000", 1_000_000),
            ("2000 B", 2000),
            ("512 kB", 512_000),
            ("1.5 mb", 1_500_000),
            ("1GB", 1_000_000_000),
            ("4KiB", 4096),
            ("1 MiB", 1_048_576),
            ("0.5 GiB", 536_870_912),
        ],
    )
    def test_size(self, written: str, size: int) -> None:
        assert read(f"fetch: {{max_bytes: {written}}}").fetch.max_bytes == size

    @pytest.mark.parametrize(
        "contact",
        ["me@example.org", "a.b+news@a-b.co.bd", "https://example.org/monitor?x=1#y", "http://host:8080"],
    )
    def test_contact(self, contact: str) -> None:
        assert read(f"contact: {contact}").contact == contact

    def test_allow_private(self) -> None:
        places = '[10.0.0.0/8, 127.0.0.1:8080, "::1", "[fd00::/8]:8443", intranet.example, "localhost:80"]'
        assert read(f"fetch: {{allow_private: {places}}}").fetch.allow_private == (
            Allowed(ip_network("10.0.0.0/8")),
            Allowed(ip_network("127.0.0.1"), 8080),
            Allowed(ip_network("::1")),
            Allowed(ip_network("fd00::/8"), 8443),
            Allowed("intranet.example"),
            Allowed("localhost", 80),
        )

    @pytest.mark.parametrize(
        "proxy",
        [
            *("http://proxy.example:3128", "https://proxy.example/", "http://10.0.0.9:3128", "http://[fd00::9]:3128"),
            *("http://me:p%40ss@proxy_1:8080/", "http://me@localhost:1"),
        ],
    )
    def test_proxy(self, proxy: str) -> None:
        assert read(f'fetch: {{proxy: "{proxy}"}}').fetch.proxy == proxy
        assert read("fetch: {proxy: '${PROXY}'}", {"PROXY": proxy}).fetch.proxy == proxy
        Egress(proxy=proxy)  # takes it too

    def test_sites(self) -> None:
        settings = read("sites:\n  inqilab: {enabled: false}\n  bdnews24:\n    delay: 10s\n  jugantor:\n")
        assert settings.sites == {
            "inqilab": SiteSettings(enabled=False),
            "bdnews24": SiteSettings(delay=10.0),
            "jugantor": SiteSettings(),
        }

    def test_alias(self) -> None:
        sites = read("sites: {inqilab: &slow {delay: 1m}, bdnews24: *slow}").sites
        assert sites["inqilab"] == sites["bdnews24"] == SiteSettings(delay=60.0)

    def test_anchor_set_anew(self) -> None:
        assert read("fetch: {delay: &x 1, deadline: &x 2, max_bytes: 1 MB}").fetch.deadline == 2

    def test_byte_order_mark_and_carriage_returns(self) -> None:
        assert read(b"\xef\xbb\xbffetch:\r\n  delay: 1\r\n").fetch.delay == 1

    def test_settings_are_frozen(self) -> None:
        settings = read("sites: {inqilab: {}}")
        with pytest.raises(dataclasses.FrozenInstanceError):
            settings.contact = "x"  # type: ignore[misc]
        with pytest.raises(TypeError):
            settings.sites["inqilab"] = SiteSettings()  # type: ignore[index]

    def test_repr_has_no_password(self) -> None:
        assert "hunter2" not in repr(
            read("database: postgresql://u:hunter2@h/db\nfetch: {proxy: 'http://u:hunter2@h'}")
        )


OR_POSTGRES: Final = "expected sqlite:///FILE or postgresql://USER@HOST/NAME, found"
IN_MEMORY: Final = "a SQLite database in memory: nothing would be kept; write sqlite:///FILE"
NO_OPTIONS: Final = "a SQLite URL takes no options here; write sqlite:///FILE (a ? in a name is %3F)"
CONTROL: Final = "the database URL holds a line break or another control character"
QUOTING: Final = (
    "expected postgresql://USER:PASSWORD@HOST:PORT/NAME; inside a part "
    "write % : / ? # @ and spaces as %25 %3A %2F %3F %23 %40 %20"
)


class TestDatabase:
    @pytest.mark.parametrize(
        ("url", "file"),
        [
            ("sqlite:///monitor.db", "monitor.db"),
            ("sqlite:///./data/news.db", "data/news.db"),
            ("sqlite:///my files/খবর.db", "my files/খবর.db"),
            ("sqlite:///100%25%3F.db", "100%?.db"),
        ],
    )
    def test_a_relative_path_begins_beside_the_file(self, folder: Path, url: str, file: str) -> None:
        below = folder / "50% off?"  # characters with a meaning in a URL
        below.mkdir()
        (below / "config.yaml").write_text(f"database: {url}", "utf-8")
        settings = load(Path("50% off?/config.yaml"), environ={}, site_names=())
        assert make_url(settings.database).database == str(below / file)
        assert make_url(defaults(below).database).database == str(below / "monitor.db")

    @pytest.mark.parametrize(
        "url",
        [
            "sqlite:////var/lib/monitor.db",
            "postgresql://host",
            "postgresql://",
            "postgresql+psycopg://me:pass%40word@host:5432/news?sslmode=require",
            "postgresql://me@[::1]:5432/news",
            "postgresql:///news?host=/run/postgresql",
        ],
    )
    def test_an_absolute_url_stays(self, url: str) -> None:
        assert read(f"database: {url}").database == url
        assert make_url(url)

    @given(scheme=st.sampled_from(["sqlite", "postgresql"]), rest=st.text("ab01:/@?#[]%&=. +~", max_size=20))
    def test_sqlalchemy_reads_what_is_accepted(self, scheme: str, rest: str) -> None:
        try:
            url = read("database: ${URL}", {"URL": f"{scheme}://{rest}"}).database
        except ConfigError:
            return
        parts = make_url(url)
        assert parts.drivername == scheme
        assert scheme == "postgresql" or (parts.host, parts.database or "") == (None, unquote(url[10:]))

    @pytest.mark.parametrize(
        ("url", "message"),
        [
            ("5", "expected a database URL such as sqlite:///monitor.db, found the number 5"),
            ("~", "expected a database URL such as sqlite:///monitor.db, found nothing"),
            ("monitor.db", f"{OR_POSTGRES} a text that is no URL"),
            ("mysql://h/d", f'{OR_POSTGRES} the scheme "mysql"'),
            ("postgresql+asyncpg://h/d", f'{OR_POSTGRES} the scheme "postgresql+asyncpg"'),
            ("u:hunter2@x://h", f"{OR_POSTGRES} another scheme"),
            ('"sqlite:///a\\n"', CONTROL),
            ("sqlite:///a%00b", CONTROL),
            ("sqlite://", IN_MEMORY),
            ("sqlite:///", IN_MEMORY),
            ("'sqlite:///:memory:'", IN_MEMORY),
            ("'sqlite:///%3Amemory:'", IN_MEMORY),
            ("sqlite:///file:x?mode=memory", IN_MEMORY),
            ("sqlite://monitor.db", "a SQLite URL has three slashes before the path: sqlite:///FILE"),
            ("sqlite:///a?b=c", NO_OPTIONS),
            ("sqlite:///file:a", NO_OPTIONS),
            ("sqlite:///~/a.db", '"~" is not replaced; write the folder out, or ${HOME}'),
            ("sqlite:////var/", "the path names a folder; name a file in it"),
            ("postgresql://u:hunter2/x@h/d", QUOTING),
            ("postgresql://u:hunter2@x@h/d", QUOTING),
            ("postgresql://u:@h:hunter2/d", QUOTING),
            ("postgresql://u:hunter2 x@h/d", QUOTING),
            ("postgresql+psycopg://h/d#hunter2", QUOTING),
            ("postgresql://h:5432/d?options=a@b", QUOTING),
        ],
    )
    def test_refused(self, url: str, message: str) -> None:
        assert refusal(f"database: {url}") == [f"1: database: {message}"]


PLACE: Final = (
    "expected a network that begins at its first address (10.0.0.0/8), an address or a host name, "
    'each also with a port ("10.0.0.1:8080", "[fd00::1]:8080"), found'
)
PROXY: Final = (
    "1: fetch.proxy: expected http://HOST:PORT or https://HOST:PORT, also with USER:PASSWORD@ before the host; "
    "write % : / ? # @ and spaces in the password as %25 %3A %2F %3F %23 %40 %20"
)
DELAY: Final = 'fetch.delay: expected a duration such as 5 or "5s", found'

# A name for the case, the file, and the lines of the refusal without `config.yaml:`.
REFUSED: Final[list[tuple[str, str, list[str]]]] = [
    (
        "run",
        "run:\n  tick: 0\n  concurrency: 0\n  deadline: 1s",
        [
            "2: run.tick: expected a duration from 1 to 600 seconds, found the number 0",
            "3: run.concurrency: expected a whole number from 1 to 1000, found the number 0",
            '4: run.deadline: expected a duration from 10 to 3600 seconds, found the text "1s"',
        ],
    ),
    (
        "schedule",
        'sites:\n  inqilab:\n    schedule: "0 25 * * *"\n  jugantor:\n    schedule: daily',
        [
            '3: sites.inqilab.schedule: "25": its hour is from 0 to 23, the first before the last, steps from 1',
            '5: sites.jugantor.schedule: expected a duration such as 5 or "5s", found the text "daily"',
        ],
    ),
    (
        "unknown key with a near one",
        "fetch:\n  dealy: 5",
        [
            '2: fetch.dealy: unknown key; did you mean "delay"? (known: allow_private, deadline, delay, max_bytes, proxy)'
        ],
    ),
    (
        "unknown key of a site",
        "sites:\n  inqilab:\n    Dealy: 5",
        ['3: sites.inqilab.Dealy: unknown key; did you mean "delay"? (known: delay, enabled, rechecks, schedule)'],
    ),
    (
        "unknown key",
        "xyz:",
        [
            "1: xyz: unknown key (known: alerts, contact, database, fetch, receivers, rechecks, retention, rules, run, sites, synonyms)"
        ],
    ),
    (
        "unknown key that is no word",
        '"a b\\n": 1',
        [
            '1: "a b\\n": unknown key (known: alerts, contact, database, fetch, receivers, rechecks, retention, rules, run, sites, synonyms)'
        ],
    ),
    (
        "unknown site",
        "sites:\n  inqilub:\n",
        ['2: sites.inqilub: unknown site; did you mean "inqilab"? (known: bdnews24, inqilab, jugantor)'],
    ),
    ("text for a duration", "fetch: {delay: quick}", [f'1: {DELAY} the text "quick"']),
    ("a number in quotes is text", "fetch: {delay: '5'}", [f'1: {DELAY} the text "5"']),
    ("true is no number", "fetch: {delay: true}", [f"1: {DELAY} true"]),
    ("15:30 is text", "fetch: {delay: 15:30}", [f'1: {DELAY} the text "15:30"']),
    ("a date is text", "fetch: {delay: 2026-01-01}", [f'1: {DELAY} the text "2026-01-01"']),
    ("unknown unit", "fetch: {delay: 1w}", [f'1: {DELAY} the text "1w"']),
    (
        "age too short",
        "retention: {observations: 23h}",
        ['1: retention.observations: expected a duration from 86400 to 3153600000 seconds, found the text "23h"'],
    ),
    (
        "duration too long",
        "fetch: {delay: 1.5h}",
        ['1: fetch.delay: expected a duration from 0 to 3600 seconds, found the text "1.5h"'],
    ),
    (
        "duration too short",
        "fetch:\n  deadline: 0.5\n  delay: -1",
        [
            "2: fetch.deadline: expected a duration from 1 to 3600 seconds, found the number 0.5",
            "3: fetch.delay: expected a duration from 0 to 3600 seconds, found the number -1",
        ],
    ),
    (
        "infinity",
        "fetch:\n  delay: .inf\n  deadline: 1e999",
        [
            f'2: {DELAY} the text ".inf"',
            "3: fetch.deadline: expected a duration from 1 to 3600 seconds, found the number 1e999",
        ],
    ),
    ("nothing for a duration", "fetch:\n  delay:", [f"2: {DELAY} nothing"]),
    ("a long text is cut", f"fetch: {{delay: {'x' * 61}}}", [f'1: {DELAY} the text "{"x" * 60}…"']),
    (
        "size with a fraction",
        "fetch: {max_bytes: 1e6}",
        ['1: fetch.max_bytes: expected a size such as 1000000 or "1 MB", found the number 1e6'],
    ),
    (
        "places that are none",
        'fetch:\n  allow_private:\n    - 10.0.0.1/8\n    - http://a/\n    - 5\n    - "a:0"\n    - 10.1\n',
        [
            f'3: fetch.allow_private[0]: {PLACE} the text "10.0.0.1/8"',
            f'4: fetch.allow_private[1]: {PLACE} the text "http://…"',
            f"5: fetch.allow_private[2]: {PLACE} the number 5",
            f'6: fetch.allow_private[3]: {PLACE} the text "a:0"',
            f"7: fetch.allow_private[4]: {PLACE} the number 10.1",
        ],
    ),
    (
        "one place is no list",
        "fetch: {allow_private: 10.0.0.0/8}",
        ['1: fetch.allow_private: expected a list, found the text "10.0.0.0/8"'],
    ),
    *(
        (f"proxy {written}", f"fetch: {{proxy: '{written}'}}", [PROXY])
        for written in (
            *("proxy.example:3128", "socks5://h:1", "http://", "http://h/path", "http://h?x", "http://h:99999"),
            *("http://h:0", "http://a@b@h", "http://u:hunter2/x@h", "http://fd00::9:3128", "http://300.0.0.1", "[]"),
        )
    ),
    ("number for a proxy", "fetch: {proxy: 3128}", [PROXY]),
    (
        "size too small",
        "fetch: {max_bytes: 999}",
        ["1: fetch.max_bytes: expected a size from 1,000 to 1,000,000,000 bytes, found the number 999"],
    ),
    (
        "no is text",
        "sites: {inqilab: {enabled: no}}",
        ['1: sites.inqilab.enabled: expected true or false, found the text "no"; write false'],
    ),
    (
        "no is text, whatever version is declared",
        "%YAML 1.1\n---\nsites: {inqilab: {enabled: no}}",
        ['3: sites.inqilab.enabled: expected true or false, found the text "no"; write false'],
    ),
    (
        "truth value in quotes",
        "sites: {inqilab: {enabled: 'true'}}",
        ['1: sites.inqilab.enabled: expected true or false, found the text "true"; write true, unquoted'],
    ),
    (
        "number for a truth value",
        "sites: {inqilab: {enabled: 1}}",
        ["1: sites.inqilab.enabled: expected true or false, found the number 1"],
    ),
    ("list for a section", "fetch: [1]", ["1: fetch: expected keys with values, found a list"]),
    (
        "truth value for a site",
        "sites:\n  inqilab: false",
        ["2: sites.inqilab: expected keys with values, found false"],
    ),
    (
        "section for a text",
        "contact: {a: b}",
        ["1: contact: expected an e-mail or web address (http or https), found keys with values"],
    ),
    (
        "contact with a password",
        "contact: https://me:hunter2@example.org/",
        ['1: contact: expected an e-mail or web address (http or https), found the text "https://…"'],
    ),
    ("a list as the file", "\n- a\n", ["2: expected keys with values, found a list"]),
    ("a text as the file", "hello", ['1: expected keys with values, found the text "hello"']),
    (
        "duplicate key",
        "fetch:\n  delay: 1\n  deadline: 2\n  delay: 1\n",
        ["4: fetch.delay: given twice, on line 2 and on line 4"],
    ),
    ("a list as a key", "? [a]\n: b\n", ["1: a key must be text"]),
    (
        "merge key",
        "sites:\n  inqilab: &a {delay: 1}\n  bdnews24: {<<: *a}",
        ['3: sites.bdnews24."<<": YAML 1.2 has no merge keys; write these settings out'],
    ),
    ("tag", "contact: !me x", ["1: contact: the tag !me is not used here; leave it out"]),
    (
        "alias in what it stands for",
        "sites: &a\n  inqilab: *a\n",
        ["2: sites.inqilab: the alias stands inside what it stands for"],
    ),
    ("colon after a colon", "a: 1\nb: c: d", ["2:5: not YAML: mapping values are not allowed here"]),
    (
        "bracket left open",
        "fetch: [1\nsites: 2",
        ["2:6: not YAML: expected ',' or ']', but got ':' (while parsing a flow sequence from line 1)"],
    ),
    (
        "tab",
        "fetch:\n\tdelay: 1\n",
        ["2:1: not YAML: found character '\\t' that cannot start any token; indent with spaces, not tabs"],
    ),
    ("alias of nothing", "a: *b", ["1:4: not YAML: found undefined alias 'b'"]),
    ("control character", "a: 1\nb: \x07", ["2: the character U+0007 is not allowed in YAML"]),
    (
        "two documents",
        "a: 1\n---\nb: 2\n",
        ["2:1: a second document starts here; the settings are one document"],
    ),
    ("too deep", "a: " + "[" * 30, ["1:23: nested more than 20 deep"]),
    (
        "all problems at once, in the order of the file",
        "sites:\n  inqilab: {delay: x}\nfetch: {delay: y}\ncontact: ${NAME}\ndatabase: z\nfetch: 1\n",
        [
            '2: sites.inqilab.delay: expected a duration such as 5 or "5s", found the text "x"',
            f'3: {DELAY} the text "y"',
            "4: contact: the environment variable NAME is not set",
            f"5: database: {OR_POSTGRES} a text that is no URL",
            "6: fetch: given twice, on line 3 and on line 6",
        ],
    ),
]


@pytest.mark.parametrize(("text", "lines"), [pytest.param(*case[1:], id=case[0]) for case in REFUSED])
def test_refused(text: str, lines: list[str]) -> None:
    assert refusal(text) == lines


class TestFile:
    def test_missing(self) -> None:
        with pytest.raises(ConfigError, match=r"^none\.yaml: there is no such file$"):
            load(Path("none.yaml"), environ={}, site_names=())

    def test_folder(self, folder: Path) -> None:
        with pytest.raises(ConfigError, match=r": this is a folder; name a file in it$"):
            load(folder, environ={}, site_names=())

    def test_unreadable(self) -> None:
        with pytest.raises(ConfigError, match=r"^x+: cannot be read: File name too long$"):
            load(Path("x" * 300), environ={}, site_names=())

    def test_too_large(self) -> None:
        read(b"#" * 1_000_000)
        assert refusal(b"#" * 1_000_001) == [" larger than 1 MB; this is hardly a file of settings"]

    @pytest.mark.parametrize(("content", "line"), [(b"a: 1\nb: \xff", 2), ("a: 1".encode("utf-16"), 1)])
    def test_not_utf_8(self, content: bytes, line: int) -> None:
        assert refusal(content) == [f"{line}: not UTF-8; save the file as UTF-8 text"]

    @pytest.mark.parametrize("escape", ["00110000", "FFFFFFFF"])
    def test_a_character_beyond_unicode(self, escape: str) -> None:
        assert refusal(f'a: "\\U{escape}"') == [" not YAML: an escape (\\U…) names a character that does not exist"]

    def test_a_version_that_does_not_exist(self) -> None:
        assert refusal("%YAML 1.9\n---\n") == [" not YAML: the file declares a version other than 1.2"]


class TestLimits:
    def test_a_billion_values(self) -> None:
        ten_times = (f"{b}: &{b} [{', '.join([f'*{a}'] * 10)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
        (line,) = refusal(f"a: &a [x]\n{''.join(ten_times)}")
        assert line.endswith("more than 10000 values, counted with aliases followed")

    def test_depth_by_aliases(self) -> None:
        deeper = (f"b{n}: &b{n} [[*b{n - 1}]]\n" for n in range(1, 2000))
        (line,) = refusal(f"b0: &b0 x\n{''.join(deeper)}")
        assert line.endswith("nested more than 20 deep")

    def test_a_number_of_5000_digits(self) -> None:
        (line,) = refusal(f"fetch: {{delay: 1{'0' * 5000}}}")
        assert line.endswith(f'found the text "1{"0" * 59}…"')

    def test_a_number_beyond_floats(self) -> None:
        (line,) = refusal(f"fetch: {{delay: 1{'0' * 400}}}")
        assert line.endswith(f"from 0 to 3600 seconds, found the number 1{'0' * 59}…")


class TestEnvironment:
    def test_put_into_text(self) -> None:
        settings = read(
            "database: postgresql://me:${PASSWORD}@${HOST}/news\nfetch: {delay: '${DELAY}'}\ncontact: ${WHO}",
            {"PASSWORD": "hunter2", "HOST": "db", "DELAY": "2m", "WHO": "me@example.org"},
        )
        assert settings.database == "postgresql://me:hunter2@db/news"
        assert settings.fetch.delay == 120
        assert settings.contact == "me@example.org"

    def test_a_folder(self) -> None:
        assert read("database: sqlite:///${HOME}/a.db", {"HOME": "/me"}).database == "sqlite:////me/a.db"

    @pytest.mark.parametrize(
        ("written", "becomes"),
        [
            ("$${X}", "${X}"),
            ("a$${b", "a${b"),
            ("$$${X}", "$${X}"),
            ("$X $$ $", "$X $$ $"),
            ("${X}", "${Y}: [x]"),  # neither replaced again nor read as YAML
            ("${X}${X}", "${Y}: [x]${Y}: [x]"),
        ],
    )
    def test_what_is_replaced(self, written: str, becomes: str) -> None:
        settings = read(f"database: 'sqlite:////{written}'", {"X": "${Y}: [x]"})
        assert settings.database == f"sqlite:////{becomes}"

    @pytest.mark.parametrize(
        ("written", "messages"),
        [
            ("${NAME}", ["the environment variable NAME is not set"]),
            ("${A}${B}", [f"the environment variable {name} is not set" for name in "AB"]),
            ("a ${NAME", ['a "${" without its "}"; write "$${" if a plain "${" is meant']),
            ("${NAME:-x}", ['"NAME:-x" cannot be the name of an environment variable']),
            ("${}", ['"" cannot be the name of an environment variable']),
        ],
    )
    def test_what_cannot_be_replaced(self, written: str, messages: list[str]) -> None:
        assert refusal(f"contact: '{written}'") == [f"1: contact: {message}" for message in messages]

    def test_it_gives_text_and_never_a_number(self) -> None:
        (line,) = refusal("fetch: {delay: '${DELAY}'}", {"DELAY": "5"})
        assert line.endswith('found the text "${DELAY}" (filled from the environment: always text, never shown)')

    def test_the_scheme_of_a_url_is_not_told(self) -> None:
        (line,) = refusal("database: ${URL}", {"URL": "hunter2://x"})
        assert line == f"1: database: {OR_POSTGRES} another scheme"


SECRET: Final = "hunter2"  # noqa: S105 - stands for one
PLACES: Final = (
    "database: {0}",
    "contact: {0}",
    "fetch: {0}",
    "fetch: {{delay: {0}, deadline: {0}, max_bytes: {0}, allow_private: [{0}], proxy: {0}}}",
    "fetch: {{allow_private: {0}}}",
    "sites: {0}",
    "sites: {{inqilab: {0}}}",
    "sites: {{inqilab: {{enabled: {0}, delay: {0}}}}}",
    "sites: {{inqilab: {{what: {0}}}}}",
    "[{0}]",
    "{0}",
)


def told(text: str, environ: Mapping[str, str]) -> str:
    """All that a refusal says, its traceback included."""
    try:
        read(text, environ)
    except ConfigError as error:
        return str(error) + "".join(traceback.format_exception(error))
    return ""


around = st.text("aA1:/@?#%${}.[] \n\\\x00\udc80", max_size=6)


@given(
    place=st.sampled_from(PLACES),
    before=around,
    after=around,
    scheme=st.sampled_from(["", "sqlite://", "postgresql://"]),
)
def test_a_value_of_the_environment_is_never_told(place: str, before: str, after: str, scheme: str) -> None:
    environ = {"NAME": f"{scheme}{before}{SECRET}{after}"}
    for written in ('"${NAME}"', f'"{scheme}${{NAME}}"', '"x${NAME}y${MISSING}"'):
        assert SECRET not in told(place.format(written), environ)


beside = st.text("a1:/@?#%. ", max_size=6)


@given(
    place=st.sampled_from((*PLACES, "sites: {{{0}: 1}}", "contact: *{0}", "contact: !{0}", "database {0}")),
    scheme=st.sampled_from(["sqlite", "postgresql", "postgres", "mysql+x", "https"]),
    before=beside,
    after=beside,
    quote=st.sampled_from(["", "'", '"']),
)
def test_a_password_in_a_url_is_never_told(place: str, scheme: str, before: str, after: str, quote: str) -> None:
    url = f"{quote}{scheme}://{before}:{SECRET}{after}@host/news{quote}"
    assert SECRET not in told(place.format(url), {})


FRAGMENTS: Final = re.findall(
    r"[^ ]+",
    "database fetch sites inqilab delay enabled a 1 1.5 true no ~ 5s << : - [ ] { } , &a *a !t !!int ? ' \" | "
    "\n --- %YAML 1.1 \\x ${A} ${ $${ \t \r \ufeff \u2028",
)
yamlish = st.lists(st.sampled_from([*FRAGMENTS, " ", "\n  ", ": ", "- "]), max_size=30).map("".join)


@given(text=st.text() | yamlish)
@example("!!int x")
@example("!!float +_: 0b2")
@example("\ud800")
def test_any_text_is_read_or_refused_in_lines(text: str) -> None:
    lines = told_lines(text.encode("utf-8", "surrogatepass"))
    assert all(line.startswith("config.yaml:") and line.isprintable() for line in lines)


@given(content=st.binary(max_size=50))
def test_any_bytes_are_read_or_refused_in_lines(content: bytes) -> None:
    assert all(line.startswith("config.yaml:") for line in told_lines(content))


def told_lines(content: bytes) -> list[str]:
    try:
        settings = read(content, {"A": "x"})
    except ConfigError as error:
        return str(error).splitlines() or [""]
    assert set(settings.sites) <= set(SITES)
    return []


RECEIVERS = "receivers: {desk: {output: true}, web: {output: true}}\n"
KIM = Query.parse("পুতিন AND কিম")


class TestRules:
    """The section `rules`, and the same for rules that were added by command."""

    def rule(self, entry: str) -> Rule:
        return read(f"{RECEIVERS}rules: {{kim: {entry}}}").rules["kim"]

    def test_one_line_is_enough(self) -> None:
        on = frozenset({Occasion.PUBLISHED, Occasion.EDITED})
        assert self.rule("{match: পুতিন AND কিম, to: [desk]}") == Rule(name="kim", query=KIM, on=on, to=("desk",))

    def test_what_compares_an_edit_with_the_text_before_is_of_edits(self) -> None:
        assert self.rule("{match: 'gained:(কিম)', to: [desk]}").on == {Occasion.EDITED}

    def test_on_occasions_of_sites_there_is_nothing_to_match(self) -> None:
        rule = self.rule("{on: [site failing, receiver disabled], to: [web, desk, web]}")
        assert (rule.query.text, rule.to) == ("", ("web", "desk"))

    @pytest.mark.parametrize(
        ("entry", "message"),
        [
            ("{match: x}", "2: rules.kim: missing: to"),
            ("{to: [desk]}", "2: rules.kim: missing: match"),
            ("{match: x, to: []}", "2: rules.kim: to: expected at least one receiver, found an empty list"),
            ("{match: x, to: [dask]}", '2: rules.kim.to[0]: "dask": unknown receiver; did you mean "desk"? (known: desk, web)'),
            ("{match: x, to: [desk], on: [unseen]}", '2: rules.kim.on[0]: "unseen": unknown occasion'),
            ("{match: 7, to: [desk]}", "2: rules.kim.match: expected a query, as docs/queries.md describes them, found the number 7"),
            ("{match: 'কিম AND', to: [desk]}", "2: rules.kim.match: "),
            ("{match: x, on: [site failing], to: [desk]}", "2: rules.kim: there is no text to match when it is about site failing"),
            ("{match: 'gained:(x)', on: [published], to: [desk]}", "2: rules.kim: gained: compares an edit with the text before it"),
            ("{match: x, to: [desk], quiet: 23-7 Asia/Dhaka}", '2: rules.kim.quiet: expected quiet hours and a time zone, such as "23:00-07:00 Asia/Dhaka"'),
            ("{match: x, to: [desk], quiet: '23:00-07:00'}", "2: rules.kim.quiet: expected quiet hours and a time zone"),
            ("{match: x, to: [desk], quiet: '23:00-07:00 Asia/Daka'}", "2: rules.kim.quiet: expected quiet hours and a time zone"),
            ("{match: x, to: [desk], quiet: '23:00-07:00 ../../etc/passwd'}", "2: rules.kim.quiet: expected quiet hours and a time zone"),
            ("{match: x, to: [desk], limit: 5}", '2: rules.kim.limit: expected a number of alerts and a time, such as "5 per 1h"'),
            ("{match: x, to: [desk], limit: 0 per 1h}", "2: rules.kim.limit: expected a number of alerts and a time"),
            ("{match: x, to: [desk], limit: 5 per 1s}", "2: rules.kim.limit: expected a duration from 60 to 2592000 seconds"),
            ("{match: x, to: [desk], min_change: -1}", "2: rules.kim.min_change: expected a whole number from 0 to 100000"),
        ],
    )  # fmt: skip
    def test_refused(self, entry: str, message: str) -> None:
        with pytest.raises(ConfigError) as caught:
            self.rule(entry)
        assert str(caught.value).removeprefix("config.yaml:").startswith(message)

    def test_a_broken_query_is_shown_with_a_caret_under_the_place(self) -> None:
        with pytest.raises(ConfigError) as caught:
            self.rule("{match: 'কিম AND OR পুতিন', to: [desk]}")
        _, query, caret = str(caught.value).split("\n")
        assert (query.strip(), caret.strip()) == ("কিম AND OR পুতিন", "^^")

    def test_receivers_that_are_refused_do_not_make_rules_wrong_too(self) -> None:
        assert len(refusal("receivers: {desk: {output: 7}}\nrules: {kim: {match: x, to: [desk]}}")) == 1

    def test_those_added_by_command_are_read_the_same_way(self) -> None:
        saved = SavedRule("kim", {"match": "পুতিন AND কিম", "to": ["desk"], "on": ["silent"], "limit": "5 per 1h"}, AT)
        on, limit = frozenset({Occasion.SILENT}), Limit(5, timedelta(hours=1))
        assert saved_rules([saved], ["desk"]) == {"kim": Rule(name="kim", query=KIM, on=on, to=("desk",), limit=limit)}

    def test_one_that_was_only_disabled_is_no_rule(self) -> None:
        assert saved_rules([SavedRule("kim", None, AT, AT)], ["desk"]) == {}

    def test_one_whose_receiver_is_gone_is_told_with_a_way_out(self) -> None:
        with pytest.raises(ConfigError) as caught:
            saved_rules([SavedRule("kim", {"match": "x", "to": ["desk"]}, AT)], ["web"])
        assert str(caught.value) == (
            'the rules added by command: kim.to[0]: "desk": unknown receiver (known: web)\n'
            "remove it (`monitor rules remove kim`) or add it anew"
        )

    def test_synonyms_come_in_groups(self) -> None:
        assert read("synonyms: [[শোইগু, শুইগো], [a b, c, d]]").synonyms == (("শোইগু", "শুইগো"), ("a b", "c", "d"))
        assert refusal("synonyms: [[শোইগু]]") == ["1: synonyms[0]: expected at least two words that mean the same"]


class TestReceivers:
    """The section `receivers`; no message shows a URL or a secret."""

    @pytest.mark.parametrize(
        ("entry", "message"),
        [
            ("{}", "expected one of webhook, apprise, feed, command, output, found none"),
            ("{output: false}", "expected one of webhook, apprise, feed, command, output, found none"),
            (
                "{feed: a.xml, output: true}",
                "expected one of webhook, apprise, feed, command, output, found feed and output",
            ),
            ("{output: true, secrets: []}", None),
            (f"{{output: true, secrets: [{KEY}]}}", "only a webhook has secrets"),
            ("{feed: a.txt}", "expected a file that ends in .xml or .atom (an Atom feed) or .json (a JSON Feed)"),
            ("{command: []}", "expected a program and its arguments, found an empty list"),
            ("{webhook: 'ftp://h/'}", WEB_ADDRESS),
            ("{webhook: 'https://user:pass@h/'}", WEB_ADDRESS),
            ("{webhook: 'https://h:99999/'}", WEB_ADDRESS),
            ("{webhook: 'https://[::1/'}", WEB_ADDRESS),
            ("{webhook: 'https://h/a b'}", WEB_ADDRESS),
            ("{webhook: 'https://h:8080/x?y=1'}", None),
            ("{apprise: slack}", "expected a URL as apprise has them, such as mailto://… or slack://…"),
            ("{apprise: 'mailto://u:p@h'}", None),
            ("{apprise: 'syslog://local0'}", "syslog:// acts on this machine alone; a `command` can do that"),
            ("{output: true, deadline: 0}", "expected a duration from 1 to 300 seconds, found the number 0"),
        ],
    )
    def test_one_way_each(self, entry: str, message: str | None) -> None:
        text = f"receivers:\n  desk: {entry}"
        if message is None:
            assert list(read(text).receivers) == ["desk"]
            return
        (told,) = refusal(text)
        assert told.startswith("2: receivers.desk")
        assert told.endswith(message)

    @pytest.mark.parametrize("secret", ["whsec_", "whsec_c2hvcnQ=", f"{KEY}!", KEY.removeprefix("whsec_"), "7"])
    def test_secrets_are_those_of_standard_webhooks(self, secret: str) -> None:
        text = f'receivers: {{desk: {{webhook: "https://h/", secrets: ["{KEY}", "${{HIDDEN}}"]}}}}'
        (told,) = refusal(text, {"HIDDEN": secret})
        assert told.startswith("1: receivers.desk.secrets[1]")
        assert told.endswith("(`openssl rand -base64 32` makes 32)")

    def test_names_are_plain(self) -> None:
        told = refusal("receivers:\n  the desk: {output: true}\n  ডেস্ক: {output: true}")
        assert [line.split(":")[0] for line in told] == ["2", "3"]
        assert all("expected 1 to 40 letters of a to z, digits, - and _ as a name" in line for line in told)

    def test_neither_url_nor_secret_is_shown(self) -> None:
        settings = read(f'receivers: {{desk: {{webhook: "https://h/hidden", secrets: ["{KEY}"]}}}}')
        assert "hidden" not in repr(settings)
        assert KEY not in repr(settings)

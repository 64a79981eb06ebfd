from datetime import UTC, datetime

from babelwire.portions import Portions

NOON = datetime(2025, 3, 3, 12, tzinfo=UTC)


def row(uri):
    return {"input_uri": uri, "offset": None, "length": None, "file_size": 1, "file_modified_at": NOON}


def cut(uris, most, done=()):
    """The portions as lists of URIs; each file is met when the first of its rows is asked for."""

    def listed():
        met = set()
        for uri in uris:
            file = uri.partition("#")[0]
            if file not in met:
                portions.meet(file)
                met.add(file)
            if uri not in done:
                yield row(uri)

    portions = Portions(listed(), [tuple(row(uri).values()) for uri in done])
    return [[each["input_uri"] for each in portion] for portion in portions.cut(most)]


def files(*names):
    return [f"memory://{name}" for name in names]


def test_inputs_are_cut_into_portions_in_their_order():
    assert cut(files(*"abcde"), 2) == [files(*"ab"), files(*"cd"), files("e")]


def test_a_portion_that_ends_with_the_inputs_is_not_followed_by_an_empty_one():
    assert cut(files(*"abcd"), 2) == [files(*"ab"), files(*"cd")]


def test_without_a_number_and_without_inputs_there_is_one_portion():
    assert cut(files(*"abc"), None) == [files(*"abc")]
    assert cut([], 2) == [[]]


def test_a_file_of_many_inputs_is_in_one_portion():
    archive = [f"memory://z.zip#{n}" for n in range(5)]
    assert cut([*files("a"), *archive, *files("b", "c")], 2) == [[*files("a"), *archive], files("b", "c")]


def test_what_comes_from_the_web_is_not_cut():
    pages = [f"https://echo.example/{n}" for n in range(4)]
    assert cut([*files("a", "b", "c"), *pages], 2) == [files("a", "b"), [*files("c"), *pages]]
    assert cut([*files("a", "b"), *pages], 2) == [files("a", "b"), pages]


def test_what_is_done_counts_in_the_first_portion():
    assert cut(files(*"abcde"), 3, done=files(*"ab")) == [files("c"), files("d", "e")]
    assert cut(files(*"abc"), 2, done=files(*"ab")) == [[], files("c")]


def test_a_file_that_is_half_done_is_finished_before_the_cut_though_others_come_first():
    archive = [f"memory://z.zip#{n}" for n in range(5)]
    listed = [*files("a", "b", "c"), *archive, *files("zz")]
    assert cut(listed, 3, done=archive[:3]) == [[*files("a", "b", "c"), *archive[3:]], files("zz")]


def test_a_file_that_is_half_done_and_gone_keeps_nothing_from_being_cut(tmp_path):
    gone = (tmp_path / "gone.zip").as_uri()
    assert cut(files(*"abc"), 2, done=[f"{gone}#1"]) == [files("a"), files("b", "c")]

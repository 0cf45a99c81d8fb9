"""Lines of text files: the same, whatever the encoding."""

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from irm_core.contracts.names import LINE
from irm_core.data import lines
from irm_core.data.lines import TEXT, numbered

SETTINGS = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@SETTINGS
@given(
    texts=st.lists(
        st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\ufeff"), max_size=5), max_size=9
    ),
    end=st.sampled_from(["\n", "\r\n"]),
    closed=st.booleans(),
    size=st.sampled_from([1, 3, 50_000]),
)
def test_lines_and_numbers_are_those_of_the_same_text_in_utf_8(texts, end, closed, size, tmp_path):
    content = end.join(texts) + end * closed
    (tmp_path / "utf-8").write_bytes(content.encode())
    (tmp_path / "latin-1").write_bytes(content.encode("latin-1"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "BATCH", size)
        found, expected = (numbered(tmp_path / one, one).collect() for one in ("latin-1", "utf-8"))
    assert found.equals(expected)
    assert found.schema == expected.schema


@pytest.mark.parametrize(("byte", "text"), [(b"\x80", "€"), (b"\xe4", "ä"), (b"\x81", "\x81")])
def test_every_byte_is_a_letter_of_windows_1252(byte, text, tmp_path):
    (tmp_path / "a").write_bytes(byte)
    assert numbered(tmp_path / "a", "cp1252").collect()[TEXT].to_list() == [text]


def test_what_is_asked_of_lines_is_what_they_give(tmp_path):
    (tmp_path / "a").write_bytes(b"a\nb\nc\n")
    frame = numbered(tmp_path / "a", "latin-1")
    assert frame.head(2).collect().rows() == [(1, "a"), (2, "b")]
    assert frame.filter(pl.col(LINE) > 1).select(TEXT).collect().rows() == [("b",), ("c",)]
    assert frame.select(pl.len()).collect().item() == 3

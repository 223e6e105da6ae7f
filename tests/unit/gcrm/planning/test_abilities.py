"""What accounts ask of reps: read as people write it, and who may go."""

from dataclasses import replace

import pytest

from gcrm.accounts.model import Account
from gcrm.common.skills import lacking, make_able, read_languages, read_skills
from gcrm.people.model import Rep
from gcrm.platform.errors import InputRejected

ADA = Rep("ada", "Ada", "", None, (None,) * 7, "Europe/Vaduz", skills=("coffee",), languages=("de", "en"))


def test_skills_are_read_in_any_case_each_once() -> None:
    assert read_skills(" Cold  Chain, coffee;COFFEE\n") == ("coffee", "cold chain")
    assert read_skills(" , ") == ()


@pytest.mark.parametrize("text", ["de, fr", "German;French", "Deutsch / français", "allemand,fr"])
def test_languages_are_read_as_codes_and_as_names(text: str) -> None:
    assert read_languages(text) == ("de", "fr")


@pytest.mark.parametrize("text", ["Klingon-ish", "<script>", "d", "1"])
def test_a_language_that_nobody_knows_is_refused(text: str) -> None:
    with pytest.raises(InputRejected):
        read_languages(text)


def test_skills_that_are_too_long_or_too_many_are_refused() -> None:
    with pytest.raises(InputRejected):
        read_skills("x" * 41)
    with pytest.raises(InputRejected):
        read_skills(",".join(map(str, range(21))))


def test_a_rep_needs_all_skills_and_one_of_the_languages() -> None:
    assert lacking(Account("Adler"), ADA) == ""
    assert lacking(Account("Adler", skills=("coffee",), languages=("fr", "de")), ADA) == ""
    assert lacking(Account("Adler", skills=("coffee", "cold chain")), ADA) == "cold chain"
    assert lacking(Account("Adler", languages=("fr", "it")), ADA) == "French or Italian"
    assert lacking(Account("Adler", skills=("cold chain",), languages=("fr",)), ADA) == "cold chain and French"


def test_the_remedy_gives_the_rep_what_is_lacking_and_keeps_what_is_there() -> None:
    adler = Account("Adler", skills=("cold chain",), languages=("fr",))
    assert '--skills "coffee,cold chain" --languages de,en,fr' in make_able(adler, ADA)
    taught = replace(ADA, skills=("coffee", "cold chain"), languages=("de", "fr"))
    assert lacking(adler, taught) == ""

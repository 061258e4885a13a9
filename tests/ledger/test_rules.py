"""Any change to a chain is found, at the right entry, without a database (paragraph 10(iii))."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from oversight.kernel.digests import canonical, digest
from oversight.ledger.rules import BEGINNING, Claim, EntryFacts, entry_digest, read_chain
from tests.ledger.chains import chain, head_of, redigested, renumbered, rewritten

texts = st.text(max_size=20)
chains = st.lists(texts, min_size=1, max_size=12).map(
    lambda notes: chain(*(canonical({"note": note}) for note in notes))
)
TEXT_FIELDS = [name for name in EntryFacts._fields if name not in {"sequence", "digest", "previous"}]


def first_bad(entries, head, claims=()):
    fault = read_chain(entries, head=head, claims=claims).fault
    return None if fault is None else fault.first


@given(
    st.integers(min_value=1),
    st.lists(texts, min_size=9, max_size=9),
    st.dictionaries(texts, texts | st.dates() | st.lists(texts), max_size=3),
)
def test_an_entrys_digest_is_that_of_its_canonical_record(sequence, fields, payload):
    names = [name for name in EntryFacts._fields if name not in {"sequence", "payload", "digest"}]
    record = {"sequence": sequence, "payload": payload, **dict(zip(names, fields, strict=True))}
    stored = {**record, "payload": canonical(payload)}

    assert entry_digest(*(stored[name] for name in EntryFacts._fields[:-1])) == digest(record)


_pieces = st.lists(
    st.sampled_from(
        ["{}", '"', "\\", ",", "}", "x", "1", '"payload":', ',"previous":"', '","role":"', '","verb":"']
    ),
    max_size=8,
).map("".join)
_two_fields = st.tuples(_pieces, _pieces, _pieces)


@given(_two_fields, _two_fields)
@example((',"previous":"a', "b", ""), ("", 'a","previous":"b', ""))
def test_no_two_entries_share_their_digest_whatever_their_payload_is_made_to_look_like(one, other):
    def of(fields):
        payload, previous, verb = fields
        return entry_digest(1, "at", "actor", "name", "party", "role", verb, "s", payload, "salt", previous)

    assert (of(one) == of(other)) == (one == other)


@given(chains)
def test_a_chain_nobody_touched_is_sound(entries):
    read = read_chain(entries, head=head_of(entries))

    assert read == (len(entries), entries[-1].digest, None)


def test_an_empty_chain_is_sound():
    assert read_chain([], head=Claim(0, BEGINNING, "The head")) == (0, BEGINNING, None)


@given(chains, st.data())
def test_an_edit_is_found_at_the_entry_edited(entries, data):
    at = data.draw(st.integers(0, len(entries) - 1))
    field = data.draw(st.sampled_from([*TEXT_FIELDS, "previous", "digest"]))
    text = data.draw(texts)
    assume(text != getattr(entries[at], field))
    edited = [*entries[:at], entries[at]._replace(**{field: text}), *entries[at + 1 :]]

    assert first_bad(edited, head_of(entries)) == at + 1


@given(chains, st.data())
def test_an_edit_with_its_digest_made_right_is_found_at_the_entry_edited(entries, data):
    at = data.draw(st.integers(0, len(entries) - 1))
    field = data.draw(st.sampled_from(TEXT_FIELDS))
    text = data.draw(texts.map(lambda note: canonical({"note": note})) if field == "payload" else texts)
    assume(text != getattr(entries[at], field))
    edited = [*entries[:at], redigested(entries[at]._replace(**{field: text})), *entries[at + 1 :]]

    assert first_bad(edited, head_of(entries)) == at + 1


@given(chains, st.data())
def test_a_bent_link_with_its_digest_made_right_is_found_at_its_entry(entries, data):
    at = data.draw(st.integers(0, len(entries) - 1))
    bent = redigested(entries[at]._replace(previous="f" * 64))

    assert first_bad([*entries[:at], bent, *entries[at + 1 :]], head_of(entries)) == at + 1


@given(chains, st.booleans(), st.data())
def test_a_removal_is_found_at_the_entry_removed(entries, hide, data):
    at = data.draw(st.integers(0, len(entries) - 1))
    left = [*entries[:at], *entries[at + 1 :]]

    assert first_bad(renumbered(left) if hide else left, head_of(entries)) == at + 1


@given(chains, st.data())
def test_an_insertion_is_found_at_the_entry_inserted(entries, data):
    at = data.draw(st.integers(0, len(entries)))
    made_up = redigested(
        entries[0]._replace(
            sequence=at + 1, payload="made up", previous=entries[at - 1].digest if at else BEGINNING
        )
    )
    assume(made_up.payload != entries[0].payload)
    widened = renumbered([*entries[:at], made_up, *entries[at:]])

    assert first_bad(widened, head_of(entries)) == at + 1


@given(chains, st.booleans(), st.data())
def test_a_swap_is_found_at_the_first_of_the_two(entries, hide, data):
    assume(len(entries) > 1)
    one = data.draw(st.integers(0, len(entries) - 2))
    other = data.draw(st.integers(one + 1, len(entries) - 1))
    swapped = list(entries)
    swapped[one], swapped[other] = swapped[other], swapped[one]

    assert first_bad(renumbered(swapped) if hide else swapped, head_of(entries)) == one + 1


@given(chains, st.data())
def test_a_truncation_is_found_at_the_first_entry_gone(entries, data):
    kept = data.draw(st.integers(0, len(entries) - 1))
    cut = entries[:kept]

    assert first_bad(cut, head_of(entries)) == kept + 1
    assert first_bad(cut, None) == kept + 1


@given(chains, st.data())
def test_a_truncation_that_moves_the_head_is_found_by_a_checkpoint(entries, data):
    kept = data.draw(st.integers(0, len(entries) - 1))
    claim = Claim(len(entries), entries[-1].digest, "The checkpoint")

    assert first_bad(entries[:kept], head_of(entries[:kept])) is None
    assert first_bad(entries[:kept], head_of(entries[:kept]), [claim]) == kept + 1


@given(chains, st.data())
def test_a_chain_rewritten_whole_is_found_by_any_checkpoint_after_the_change(entries, data):
    at = data.draw(st.integers(0, len(entries) - 1))
    claimed = data.draw(st.integers(at, len(entries) - 1))
    changed = [*entries[:at], entries[at]._replace(verb="test.forged"), *entries[at + 1 :]]
    forged = rewritten(changed, at)
    claim = Claim(claimed + 1, entries[claimed].digest, "The checkpoint")
    earlier = [Claim(entry.sequence, entry.digest, "An earlier one") for entry in entries[:at]]

    assert first_bad(forged, head_of(forged)) is None
    fault = read_chain(forged, head=head_of(forged), claims=[claim, *earlier]).fault

    assert fault.kind == "rewritten"
    assert fault.first == at + 1
    assert fault.last == claimed + 1


@given(chains, st.data())
def test_a_checkpoint_from_before_a_rewriting_proves_nothing_about_it(entries, data):
    at = data.draw(st.integers(1, len(entries)))
    forged = rewritten([*entries[:at], *[entry._replace(verb="test.forged") for entry in entries[at:]]], at)
    claim = Claim(at, entries[at - 1].digest, "The checkpoint")

    assert first_bad(forged, head_of(forged), [claim]) is None


@pytest.mark.parametrize(
    ("damage", "kind", "words"),
    [
        (
            lambda c: [c[0], c[1]._replace(verb="x"), c[2]],
            "changed",
            "Entry 2 was changed after it was written: its fields do not give its digest.",
        ),
        (
            lambda c: [c[0], redigested(c[1]._replace(verb="x")), c[2]],
            "changed",
            "Entry 2 was changed and its digest recomputed: entry 3, written after, gives another.",
        ),
        (
            lambda c: [c[0], c[1], redigested(c[2]._replace(verb="x"))],
            "changed",
            "Entry 3 was changed and its digest recomputed: the head of the record gives another.",
        ),
        (
            lambda c: [c[0], c[2]],
            "missing",
            "Entry 2 is missing: entry 3 was found there.",
        ),
        (lambda c: [c[2]], "missing", "Entries 1 to 2 are missing: entry 3 was found there."),
        (
            lambda c: [c[0]],
            "missing",
            "Entries 2 to 3 are missing from the end. The head of the record gives a digest for entry 3.",
        ),
        (
            lambda c: renumbered([c[0], redigested(c[0]._replace(sequence=2, previous=c[0].digest)), c[1]]),
            "inserted",
            "Entry 2 was inserted: the entry now numbered 3 was written directly after entry 1.",
        ),
        (
            lambda c: renumbered([redigested(c[0]._replace(verb="x")), *c]),
            "inserted",
            "Entry 1 was inserted: the entry now numbered 2 was written as the first.",
        ),
        (
            lambda c: [*c, redigested(c[2]._replace(sequence=4, previous=c[2].digest))],
            "inserted",
            "Entry 4 was inserted: the head of the record says that it ends at entry 3.",
        ),
        (
            lambda c: rewritten([redigested(c[0]._replace(previous="f" * 64)), *c[1:]], 1),
            "unlinked",
            "Entry 1 says that another entry came before it, so the beginning was removed or rewritten.",
        ),
        (
            lambda c: [c[0]._replace(sequence=0), *c[1:]],
            "inserted",
            "The first entry is numbered 0 and not 1.",
        ),
        (lambda c: [c[0], c[1], c[1]], "inserted", "Entry 2 is followed by one numbered 2."),
    ],
)
def test_a_fault_says_in_plain_words_what_is_wrong(damage, kind, words):
    entries = chain("a", "b", "c")

    fault = read_chain(damage(entries), head=head_of(entries)).fault

    assert (fault.kind, fault.words) == (kind, words)


def test_values_that_are_no_text_are_a_change_and_no_crash():
    entries = chain("a", "b")
    damaged = [entries[0], entries[1]._replace(payload=None)]

    assert first_bad(damaged, head_of(entries)) == 2


def test_a_number_that_is_no_number_is_found():
    entries = chain("a", "b")

    assert first_bad([entries[0], entries[1]._replace(sequence="two")], head_of(entries)) == 2


def test_reading_needs_no_more_memory_for_a_longer_chain():
    def rows(length):
        previous = BEGINNING
        for number in range(1, length + 1):
            fields = (number, "", "", "", "", "", "", "", f"{number:01000}", "", previous)
            previous = entry_digest(*fields)
            yield (*fields, previous)

    def peak(length):
        tracemalloc.start()
        read_chain(rows(length), head=None)
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return highest

    peak(10)
    assert peak(5_000) < peak(50) + 20_000

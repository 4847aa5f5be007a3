"""The engine: what yields, what groups, what ranks, and what is left waiting."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from kfpops.diagnose.cause import Cause, Match
from kfpops.diagnose.engine import diagnose
from kfpops.diagnose.facts import Facts
from kfpops.diagnose.step import Step
from kfpops.model.finding import Confidence
from tests.builders import RUN_ID, a_pod, a_step, a_workflow_node, ago, some_facts


def a_match(step: Step | None = None, key: tuple[object, ...] = (), sure: Confidence = "certain", **more: object) -> Match:
    objects = (step.ref(),) if step else ()
    return Match(f"{step.label if step else 'It'} broke", sure, objects, (), (), key=key, **more)  # type: ignore[arg-type]


def sees(id: str, *, yields_to: tuple[str, ...] = (), sure: Confidence = "certain", keyed: bool = True) -> Cause:
    """A cause that sees itself in every failed step."""

    def look(step: Step, facts: Facts) -> Match | None:
        return a_match(step, (step.task,) if keyed else (), sure)

    return Cause(id, "", "", "", look=look, yields_to=yields_to)


def surveys(id: str, *, runs: tuple[str, ...] = (), steps: tuple[str, ...] = (), yields_to: tuple[str, ...] = ()) -> Cause:
    def survey(facts: Facts) -> Iterable[Match]:
        yield a_match(runs=runs, steps=steps)

    return Cause(id, "", "", "", survey=survey, yields_to=yields_to)


def ids(facts: Facts, *causes: Cause) -> list[str]:
    return [f.cause for f in diagnose(facts, causes).findings]


FAILED = a_step("failed", pod=a_pod("one"), id="one")


def test_nothing_seen_is_nothing_found() -> None:
    assert ids(some_facts(FAILED)) == []
    assert ids(some_facts(a_step("running", pod=a_pod())), sees("a/b")) == []


def test_a_young_waiting_step_waits_in_peace() -> None:
    pod = a_pod("one", phase="Pending", node="", age=5)
    facts = some_facts(a_step("waiting", pod=pod))
    cause = replace(sees("a/b"), when=frozenset({"waiting"}))
    done = diagnose(facts, [cause])
    assert done.findings == ()
    assert [p.waits_for for p in done.waiting] == ["a decision of the scheduler"]
    assert done.subject.state == "running"


def test_an_old_waiting_step_is_looked_at_and_no_longer_listed_as_waiting() -> None:
    pod = a_pod("one", phase="Pending", node="", age=600)
    cause = replace(sees("a/b"), when=frozenset({"waiting"}))
    done = diagnose(some_facts(a_step("waiting", pod=pod)), [cause])
    assert [f.cause for f in done.findings] == ["a/b"]
    assert done.waiting == ()
    assert done.subject.state == "waiting"


def test_a_consequence_yields_to_its_cause() -> None:
    assert ids(some_facts(FAILED), sees("process/exit-code", yields_to=("*",)), sees("a/b")) == ["a/b"]
    assert ids(some_facts(FAILED), sees("python/exception", yields_to=("memory/*",)), sees("memory/x")) == ["memory/x"]


def test_a_step_has_one_cause_the_surest() -> None:
    assert ids(some_facts(FAILED), sees("a/possible", sure="possible"), sees("a/certain")) == ["a/certain"]


def test_one_thing_in_many_pods_is_one_finding() -> None:
    steps = [a_step("failed", pod=a_pod(f"p{i}"), id=f"p{i}") for i in range(40)]
    (finding,) = diagnose(some_facts(*steps), [sees("a/b")]).findings
    assert len(finding.objects) == 40
    assert finding.title == "step train broke (40 attempts)"
    assert finding.runs == (RUN_ID,)


def test_the_same_in_two_runs_is_told_as_more() -> None:
    steps = [a_step("failed", pod=a_pod(f"p{i}"), id=f"p{i}", run_id=f"run-{i}") for i in range(3)]
    (finding,) = diagnose(some_facts(*steps), [sees("a/b")]).findings
    assert finding.title == "step train broke (and 2 more)"
    assert finding.runs == ("run-0", "run-1", "run-2")


def test_two_things_are_two_findings_the_first_failure_first() -> None:
    node = a_workflow_node(finishedAt=ago(5))
    late = a_step("failed", pod=a_pod("late"), id="late", task="late", node=node)
    assert [f.tasks for f in diagnose(some_facts(late, FAILED), [sees("a/b")]).findings] == [("train",), ("late",)]


def test_what_ended_the_last_attempt_comes_before_what_ended_earlier_ones() -> None:
    first = a_step("failed", id="x(0)", attempt=0, attempts=2, message="a")
    last = a_step("failed", id="x(1)", attempt=1, attempts=2, message="b")

    def of(id: str, text: str) -> Cause:
        return Cause(id, "", "", "", look=lambda step, facts: a_match(step) if step.message == text else None)

    assert ids(some_facts(first, last), of("a/a", "a"), of("b/b", "b")) == ["b/b", "a/a"]


def test_a_survey_takes_the_steps_it_explains() -> None:
    facts = some_facts(FAILED)
    assert ids(facts, sees("process/terminated"), surveys("run/cancelled", steps=("one",))) == ["run/cancelled"]
    assert diagnose(facts, [surveys("run/cancelled", runs=(RUN_ID,))]).subject.state == "cancelled"


def test_a_survey_that_yields_loses_the_run_to_what_explains_more() -> None:
    gone = surveys("workflow/evidence-gone", runs=(RUN_ID,), yields_to=("*",))
    assert ids(some_facts(FAILED), gone, sees("a/b")) == ["a/b"]
    assert ids(some_facts(FAILED), gone) == ["workflow/evidence-gone"]


def test_the_same_facts_give_the_same_answer() -> None:
    facts = some_facts(FAILED)
    causes = [sees("a/b"), sees("b/c"), surveys("c/d", runs=(RUN_ID,))]
    assert diagnose(facts, causes) == diagnose(facts, causes)

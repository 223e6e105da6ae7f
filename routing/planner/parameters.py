"""The numbers by which the planner divides its time and weighs what it finds, in one place, each with what chose it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DayParameters:
    """How a day's time is divided among the parts of its recipe (`solve.py`), and how hot it is searched.

    first_share, first_s, first_s_a_candidate: of the search before anything is proven; the least of the three holds. A
        day that is proven after it needs no more (`tests.benchmarks.proofs`).
    main_share: of what is left then, the search beside the proof. The rest makes the way shorter.
    proof_share: of the main search, what one core spends on a proof before it searches as well; a proof that has not
        ended by then seldom does, and was all that half of the machine did (`tests.benchmarks.wide_windows`).
    proven_beside: days with at most so many candidates have been searched well by then, so that both cores prove.
    cpsat_most: candidates up to which CP-SAT is asked; a model of more takes longer to read than there is time.
    travel_share, travel_s_a_pair: the search for less travel, the lesser; orders of k stops differ in about k * k ways.
    steps_*: shares of the steps, where these are counted, of the parts in the same order.
    proof_calls_a_step, cpsat_work_a_step: what a proof may take where steps are counted: chunks of labels, and CP-SAT's
        own measure of work, so that proof and search take about the same time.
    hot, cold: temperatures, in prizes of a typical visit; travel_weight: what a whole day of driving costs, in prizes,
        less than one, so that driving only decides between equal prizes; mean_out: visits taken out a step.
    anneal_steps: times the root of the candidates, the steps of an annealing, before the next begins with nobody;
        their lengths differ (`engine.Tuning.annealings`) and depend on nothing else, so that more time goes on where
        less would have ended. Where windows are wide, an annealing ends in one of a few valleys however slow it is: of
        six of one second on a day with 240 candidates two found a prize of 518 and four 495, and of two of four seconds
        one 495; four of a second each found 518 each time. With strings of up to 5, 6 or 25 stops instead of 10 no
        better, nor from 1.0 or 0.3 of the prize instead of 0.5. Annealings three times as long found in 5 s, seeds 1
        and 2, 408 and 411 of 418 where these found 414 and 418, and the same on two other days.
        (`tests.benchmarks.wide_windows`, in processor time)
    """

    first_share: float = 0.2
    first_s: float = 1.0
    first_s_a_candidate: float = 0.01
    main_share: float = 0.9
    proof_share: float = 0.25
    proven_beside: int = 40
    cpsat_most: int = 80
    travel_share: float = 0.6
    travel_s_a_pair: float = 0.004
    steps_first: float = 0.3
    steps_main: float = 0.5
    steps_travel: float = 0.2
    proof_calls_a_step: float = 0.02
    cpsat_work_a_step: float = 2e-5
    hot: float = 0.5
    cold: float = 0.05
    travel_weight: float = 0.3
    mean_out: float = 6.0
    anneal_steps: float = 450.0


DAY = DayParameters()

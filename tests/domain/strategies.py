"""Days, intervals and schedules for the laws."""

import datetime

from hypothesis import strategies as st

from soon.domain.periods import ALIGNMENTS, CALENDAR, DAY, MONTH, WEEK, YEAR, Interval, Period, Schedule

days = st.dates(datetime.date(1990, 1, 1), datetime.date(2060, 12, 31))
intervals = st.one_of(
    st.builds(Interval, st.just(DAY), st.integers(1, 400)),
    st.builds(Interval, st.just(WEEK), st.integers(1, 60)),
    st.builds(Interval, st.just(MONTH), st.integers(1, 40)),
    st.builds(Interval, st.just(YEAR), st.integers(1, 4)),
)
schedules = st.one_of(
    st.builds(Schedule, intervals, days, st.sampled_from(ALIGNMENTS)),
    st.builds(Schedule, intervals, days, st.just(CALENDAR), st.integers(1, 31)),
)
periods = st.builds(lambda start, length: Period(start, start + datetime.timedelta(length)), days, st.integers(1, 800))

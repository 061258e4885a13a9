"""The planner of the joint timetable: from a problem to a plan that says how good it is.

It knows neither tables nor a clock (¶10(iv), ¶17, ¶18, ¶28). `problem` is what is planned, `checking` whether
a plan keeps the rules. `constructing` makes a first plan, `searching` improves it in compiled code (`layout`,
`kernels`, `ordering`, `walking`), `bounding` proves how good any plan can be and `certifying` re-evaluates
that proof exactly; `solving` runs them together (`running`), a problem larger than a country in parts
(`dividing`, `dealing`). `explaining` says why something does not fit, `replanning` plans anew.
"""

"""The one reader of what people write (DESIGN.md §4, rule 22): numbers, dates, quantities.

Public doors, for pages, files, API and trade alike; what names a code is read by `codelists` (`countries`, `units`,
`places`, `currencies`, `flows`):

- `readings.reading.Reading`: what every reader gives: a `value`; or `several`, to be asked; or neither, and `why`.
- `readings.numbers.read_number(text, mark)`, and `mark_of(texts)`, which tells a column's decimal mark from all its
  cells; `Number`, the text of a cell that *is* a number: no mark touches it.
- `readings.dates.read_date(text, formats, …)`, and `order_of(texts)`, which tells whether a column writes days first.
- `readings.quantities.parts_of(text, mark)`: a quantity with its unit in one cell («3 kg 200 g»).
"""

"""Charts as pictures that can be read: SVG made on the server, its numbers as a table beside it.

Each function makes a `Chart` from numbers; `templates/staff/parts/chart.html` draws it. Colours are classes of the
sheet, and nothing is told by colour alone: values stand beside the bars, kinds differ in shape.
"""

from web.charts.ages import ages
from web.charts.bars import Bar, bars
from web.charts.chart import Chart, Shape, Text
from web.charts.curves import curves
from web.charts.funnel import funnel
from web.charts.outline import Entry, outline
from web.charts.sparkline import Line, sparkline

__all__ = ["Bar", "Chart", "Entry", "Line", "Shape", "Text", "ages", "bars", "curves", "funnel", "outline", "sparkline"]

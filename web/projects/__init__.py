"""Projects on pages: the portfolio with what-ifs, a project on one page, its plan as a file, the board's agenda."""

from web.projects import portfolio

ROUTERS = (portfolio.router,)

"""Projects on pages: the portfolio with what-ifs, a project on one page, its plan as a file, the board's agenda."""

from web.projects import board, plan, portfolio, project

ROUTERS = (portfolio.router, board.router, plan.router, project.router)

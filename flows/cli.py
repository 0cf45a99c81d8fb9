"""`irmflow`, the command."""

import sys

import typer

from flows import failure, workspace
from flows.commands import data_and_models, upkeep
from flows.options import DEBUG, Debug
from flows.stopping import stoppable
from irm_core.errors import IrmflowError
from irm_core.garbage import not_at_the_end

app = typer.Typer(name="irmflow", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.add_typer(data_and_models.app)
app.add_typer(upkeep.app)


@app.callback()
def irmflow(debug: Debug = False) -> None:
    """From raw tables or images of many sites to a model that holds at a site it has never seen."""
    workspace.enter(debug)


def main() -> None:
    """Run the command. An error is told in a sentence; --debug, wherever it stands, shows its traceback."""
    arguments = [one for one in sys.argv[1:] if one != DEBUG]
    debug = len(arguments) < len(sys.argv) - 1
    not_at_the_end()
    try:
        with stoppable():
            app(args=[*([DEBUG] if debug else []), *arguments])
    except Exception as error:
        if debug:
            raise
        failure.tell(error)
        sys.exit(error.exit_code if isinstance(error, IrmflowError) else 1)

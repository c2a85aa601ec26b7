"""Floor 10: the command line, one file a command.

A command `derivlab NAME` is one entry in `main.COMMANDS` and one file `NAME.py` here with

* `HELP`: what it does, in a sentence or two;
* `EXAMPLE`: a command line that works as it stands;
* `add_arguments(parser)`: its arguments;
* `run(args)`: does it and returns the exit code.

At its top level such a file imports the standard library only: `derivlab NAME --help` must not wait
for SymPy or torch. Exit codes: 0 all is well, 1 something was found to be wrong (a claim refuted),
2 the request could not be carried out, 70 derivlab itself failed, 130 interrupted.
"""

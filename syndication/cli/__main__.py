"""`python -m syndication.cli`, where the command's script is not on the path."""

from syndication.cli import main

main(prog_name="tertulia")

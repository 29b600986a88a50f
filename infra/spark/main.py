"""`countermark` for spark-submit, which starts files: the arguments are those of the command."""

from conf.cli import main

if __name__ == "__main__":
    main()

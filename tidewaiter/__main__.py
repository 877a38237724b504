"""`python -m tidewaiter COMMAND`."""

from tidewaiter.site.command_line import main

if __name__ == "__main__":
    main()

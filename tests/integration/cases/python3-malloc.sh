# shellcheck shell=bash
# needs: python3

# every object of Python goes through malloc, not through its own pools
PYTHONMALLOC=malloc exec bash "$NP_INTEGRATION/cases/python3.sh"

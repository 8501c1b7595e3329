/*
 * ngxpool: the command.  Finds the sub-command in a table and runs it.
 */
#include "config.h"

#include <locale.h>
#include <string.h>

#include "cli/np_cli.h"
#include "cli/np_reaping.h"

static const np_command_t np_commands[] = {
    {"run", "a command under the profiler, or with advice", np_cmd_run,
     np_cmd_run_usage},
    {"top", "the call sites of a running program, live", np_cmd_top,
     np_cmd_top_usage},
    {"advise", "which call sites would be better served by pools",
     np_cmd_advise, np_cmd_advise_usage},
    {"compare", "RSS and time of a command under several allocators",
     np_cmd_compare, np_cmd_compare_usage},
    {"report", "what a profile says: who allocates, who keeps it",
     np_cmd_report, np_cmd_report_usage},
    {"diff", "what differs between two profiles", np_cmd_diff,
     np_cmd_diff_usage},
    {"check", "is a profile within its limits?", np_cmd_check,
     np_cmd_check_usage},
};

#define NP_COMMANDS (sizeof(np_commands) / sizeof(np_commands[0]))


static const np_command_t *
np_command_find(const char *name)
{
    for (size_t i = 0; i < NP_COMMANDS; i++) {
        if (strcmp(np_commands[i].name, name) == 0) {
            return &np_commands[i];
        }
    }
    return NULL;
}


static void
np_command_list(void)
{
    (void) puts("Usage: ngxpool COMMAND [OPTION...]\n"
                "       ngxpool help COMMAND | --help | --version\n\n"
                "Commands:");
    for (size_t i = 0; i < NP_COMMANDS; i++) {
        (void) printf("  %-10s %s\n", np_commands[i].name,
                      np_commands[i].help);
    }
    (void) puts("\nExamples:\n"
                "  ngxpool run -o sort.prof -- sort words.txt\n"
                "  ngxpool report --by function sort.prof\n"
                "  ngxpool compare --with glibc,ngxpool -- sort words.txt\n"
                "  ngxpool help report");
    (void) puts(
        "\nExit status: 0 all went well; 1 a run failed, outputs "
        "differ, a limit is\nexceeded or its figure not known, or a process "
        "is not profiled; 2 wrong\narguments; 3 a file could not be read or "
        "written, or memory ran out; 126, 127\nthe command could not be run "
        "or was not found; 128+N stopped by signal N.");
}


static int
np_command_help(int argc, char **argv)
{
    const np_command_t *c;

    if (argc < 3) {
        np_command_list();
        return NP_EXIT_OK;
    }
    c = np_command_find(argv[2]);
    if (c == NULL) {
        (void) fprintf(stderr,
                       "ngxpool: no command '%s'; try 'ngxpool "
                       "--help'\n",
                       argv[2]);
        return NP_EXIT_USAGE;
    }
    c->usage(stdout);
    return NP_EXIT_OK;
}


/* what is printed may be less than a buffer, and fail only here */
static int
np_command_end(int status)
{
    if ((fflush(stdout) != 0 || ferror(stdout)) && status == NP_EXIT_OK) {
        (void) fputs("ngxpool: standard output could not be written\n",
                     stderr);
        status = NP_EXIT_TROUBLE;
    }
    return status;
}


int
main(int argc, char **argv)
{
    const np_command_t *c;

    if (argc < 2) {
        (void) fputs("ngxpool: a command is missing; try 'ngxpool --help'\n",
                     stderr);
        return NP_EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
        return np_command_end(np_command_help(argc, argv));
    }
    if (strcmp(argv[1], "--version") == 0) {
        (void) puts("ngxpool " PACKAGE_VERSION);
        return np_command_end(NP_EXIT_OK);
    }
    c = np_command_find(argv[1]);
    if (c == NULL) {
        (void) fprintf(stderr,
                       "ngxpool: no command '%s'; try 'ngxpool "
                       "--help'\n",
                       argv[1]);
        return NP_EXIT_USAGE;
    }
    /* characters of a filter and of names; numbers stay as they are */
    (void) setlocale(LC_CTYPE, "");
    np_reaping_begin();
    return np_command_end(c->run(argc - 1, argv + 1));
}

#ifndef NP_PROGS_DIES_H
#define NP_PROGS_DIES_H

/*
 * Misuse of the heap kills the process, so each case runs in a child: it has
 * to die of SIGABRT after one line `ngxpool: fatal: <what> <address>`.
 */

#include <sys/wait.h>
#include <signal.h>

#include "keep.h"

/* one misuse, for objects of size bytes; comes back only if unnoticed */
typedef void (*np_misuse_pt)(size_t size);

static const size_t np_dies_small[]
    = {1, 16, 24, 48, 100, 256, 257, 512, 1000, 2048, 3000, 4000};
static const size_t np_dies_large[] = {5000, 20000, 300000, 3 << 20};

#define NP_DIES_COUNT(list) (sizeof(list) / sizeof((list)[0]))


/* runs the misuse in a child; the fatal line has to hold one of the words,
 * which are separated by '|' */
static inline void
np_dies(np_misuse_pt misuse, size_t size, const char *words)
{
    char    text[4096], word[128];
    int     fds[2], status;
    pid_t   pid;
    size_t  n = 0;
    ssize_t r;

    NP_NEED(pipe(fds) == 0);
    pid = fork();
    NP_NEED(pid >= 0);

    if (pid == 0) {
        dup2(fds[1], STDERR_FILENO);
        close(fds[0]);
        close(fds[1]);
        misuse(size);
        _exit(0);
    }

    close(fds[1]);

    while (n < sizeof(text) - 1
           && (r = read(fds[0], text + n, sizeof(text) - 1 - n)) > 0) {
        n += (size_t) r;
    }

    text[n] = '\0';
    close(fds[0]);
    NP_NEED(waitpid(pid, &status, 0) == pid);

    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT
        && strstr(text, "ngxpool: fatal: ") != NULL) {
        while (*words != '\0') {
            n = strcspn(words, "|");
            snprintf(word, sizeof(word), "%.*s", (int) n, words);

            if (strstr(text, word) != NULL) {
                return;
            }

            words += n + (words[n] == '|');
        }
    }

    dprintf(STDERR_FILENO, "%zu bytes: wait status 0x%x, it said \"%s\"\n",
            size, (unsigned) status, text);
    _exit(1);
}


/* every small size and every large one; the words as for np_dies() */
static inline void
np_dies_each(np_misuse_pt misuse, const char *small, const char *large)
{
    size_t i;

    for (i = 0; i < NP_DIES_COUNT(np_dies_small); i++) {
        np_dies(misuse, np_dies_small[i], small);
    }

    for (i = 0; i < NP_DIES_COUNT(np_dies_large); i++) {
        np_dies(misuse, np_dies_large[i], large);
    }
}

#endif

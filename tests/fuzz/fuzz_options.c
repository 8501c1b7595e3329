/*
 * The input as an environment, an entry between zero bytes: whatever the
 * values, each option is in its range afterwards, and what was said is lines
 * of ours without control characters.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz_profile.h"
#include "os/np_options.h"

#define FUZZ_ENTRIES 32
#define FUZZ_MOST    8192


static void
fuzz_want(int holds, const char *what)
{
    if (!holds) {
        (void) fprintf(stderr, "fuzz_options: %s\n", what);
        abort();
    }
}


static void
fuzz_ranges(const np_options_t *o)
{
    fuzz_want(o->max >= 16 && o->max <= 4095, "max");
    fuzz_want(o->block >= 512 && o->block <= 1 << 20, "block");
    fuzz_want(o->purge <= 1000 || o->purge == NP_PURGE_OFF, "purge");
    fuzz_want(
        o->reclaim <= 1 && o->background <= 1 && o->check <= 1 && o->help <= 1
            && o->report_exact <= 1 && o->report_format <= NP_FORMAT_JSON
            && o->abort <= NP_ABORT_IGNORE && o->foreign <= NP_FOREIGN_IGNORE
            && o->deepbind <= NP_DEEPBIND_KEEP && o->guard <= 1,
        "one of some words");
    fuzz_want(o->quarantine <= 1 << 30, "quarantine");
    fuzz_want(o->profile_depth >= 1 && o->profile_depth <= 256, "depth");
    fuzz_want(o->profile_signal <= 64, "signal");
    fuzz_want(
        memchr(o->report, 0, sizeof(o->report)) != NULL
            && memchr(o->advice, 0, sizeof(o->advice)) != NULL
            && memchr(o->profile_file, 0, sizeof(o->profile_file)) != NULL
            && memchr(o->profile_only, 0, sizeof(o->profile_only)) != NULL,
        "a text without an end");
}


/* what was written to fd since it was empty, which it becomes again */
static void
fuzz_said(int fd)
{
    static char text[1 << 18];
    ssize_t     n = pread(fd, text, sizeof(text), 0);
    ssize_t     i;

    fuzz_want(n >= 0 && ftruncate(fd, 0) == 0 && lseek(fd, 0, SEEK_SET) == 0,
              "no file in memory");

    for (i = 0; i < n; i++) {
        fuzz_want(((unsigned char) text[i] >= 0x20 && text[i] != 0x7f)
                      || text[i] == '\n',
                  "a control character");
    }

    fuzz_want(n == 0 || text[n - 1] == '\n', "half a line");
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char text[FUZZ_MOST + 1];
    static int  said = -1, kept;
    char       *entries[FUZZ_ENTRIES + 1], *p = text;
    char      **old = environ;
    size_t      n = 0;

    if (said < 0) {
        said = memfd_create("said", MFD_CLOEXEC);
        kept = dup(STDERR_FILENO);
        fuzz_want(said >= 0 && kept >= 0, "no descriptor");
    }

    size = size < FUZZ_MOST ? size : FUZZ_MOST;
    memcpy(text, data, size);
    text[size] = '\0';

    for (; n < FUZZ_ENTRIES && p <= text + size; p += strlen(p) + 1) {
        entries[n++] = p;
    }

    entries[n] = NULL;
    memset(&np_options, 0x55, sizeof(np_options));
    environ = entries;
    (void) dup2(said, STDERR_FILENO);
    np_options_init();
    (void) dup2(kept, STDERR_FILENO);
    environ = old;

    fuzz_ranges(&np_options);
    fuzz_said(said);

    return 0;
}

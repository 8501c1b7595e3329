/*
 * The bytes of a profile, through all that reads profiles: reader, symbols,
 * text, sums, trees, exports.  A refusal must be one line; a text must have no
 * control characters.  Anything else is for the sanitizers to find.
 */
#include "config.h"

#include "fuzz_profile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#include "format/np_format.h"
#include "report/np_export.h"
#include "report/np_figure.h"
#include "report/np_passing.h"
#include "report/np_profile.h"
#include "report/np_symbols.h"
#include "report/np_text.h"

static const np_export_pt fuzz_export[] = {
    np_export_json,       np_export_pprof,     np_export_folded,
    np_export_speedscope, np_export_callgrind, np_export_dhat,
    np_export_html,
};


static void
fuzz_want(int holds, const char *what)
{
    if (!holds) {
        (void) fprintf(stderr, "fuzz_profile: %s\n", what);
        abort();
    }
}


/* a coded profile gets the sum that its bytes have: nothing behind the look at
 * it would be reached otherwise */
static int
fuzz_sum(int fd, const uint8_t *data, size_t size)
{
    np_format_header_t h;
    uint32_t           sum;

    if (size < sizeof(h) + sizeof(sum)) {
        return 0;
    }
    memcpy(&h, data, sizeof(h));
    if (memcmp(h.magic, NP_FORMAT_MAGIC, sizeof(h.magic)) != 0
        || h.version != NP_FORMAT_CODED) {
        return 0;
    }
    size -= sizeof(sum);
    sum = (uint32_t) crc32_z(crc32(0, NULL, 0), data, size);
    return pwrite(fd, &sum, sizeof(sum), (off_t) size) == sizeof(sum) ? 0 : -1;
}


static const char *
fuzz_file(const uint8_t *data, size_t size)
{
    static char path[64];
    static int  fd = -1;

    if (fd < 0) {
        fd = memfd_create("profile", MFD_CLOEXEC);
        (void) snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    }
    fuzz_want(ftruncate(fd, 0) == 0
                  && pwrite(fd, data, size, 0) == (ssize_t) size
                  && fuzz_sum(fd, data, size) == 0,
              "no file in memory");
    return path;
}


static void
fuzz_text(const np_profile_t *p, np_symbols_t *y)
{
    np_text_options_t o;
    char             *text = NULL;
    size_t            n;
    np_text_t         t = {open_memstream(&text, &n), p, y, &o, NULL};

    memset(&o, 0, sizeof(o));
    o.name = "x";
    o.top = 4;
    fuzz_want(t.f != NULL && np_text_report(&t) == 0, "no text");
    for (int by = 0; by < NP_BYS; by++) {
        o.by = (np_by_e) by;
        fuzz_want(np_text_groups(&t) == 0, "no sums");
    }
    o.tree = NP_TREE_CALLEES;
    fuzz_want(np_text_tree(&t) == 0, "no tree");
    (void) fclose(t.f);
    for (size_t i = 0; i < n; i++) {
        fuzz_want((unsigned char) text[i] >= 0x20 || text[i] == '\n',
                  "a control character in the text");
    }
    free(text);
}


static void
fuzz_exports(const np_profile_t *p, np_symbols_t *y)
{
    np_export_t x = {p, y, "x", NP_FIGURE_LIVE};
    FILE       *f = fopen("/dev/null", "we");

    fuzz_want(f != NULL, "no /dev/null");
    for (size_t i = 0; i < sizeof(fuzz_export) / sizeof(fuzz_export[0]); i++) {
        (void) fuzz_export[i](f, &x);
    }
    (void) fclose(f);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char          err[NP_PROFILE_ERROR] = "";
    np_profile_t *p = np_profile_load(fuzz_file(data, size), err);
    np_symbols_t *y;

    if (p == NULL) {
        fuzz_want(err[0] != '\0' && strchr(err, '\n') == NULL,
                  "a refusal of no line, or of two");
        return 0;
    }
    y = np_symbols_open(p, NULL);
    fuzz_want(y != NULL && np_passing_mark(y, p) == 0, "no symbols");
    fuzz_text(p, y);
    fuzz_exports(p, y);
    np_symbols_free(y);
    np_profile_free(p);
    return 0;
}

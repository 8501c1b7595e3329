#include "config.h"

#include "preload/np_advice.h"

#include <link.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/np_attr.h"
#include "base/np_out.h"
#include "heap/np_route.h"
#include "os/np_file.h"
#include "os/np_mem.h"
#include "os/np_options.h"
#include "profile/np_module.h"

/* bytes of the file that are read, and sites that it may have */
#define NP_ADVICE_BYTES ((size_t) 1 << 20)
#define NP_ADVICE_SITES ((size_t) 4096)

static const struct {
    char       name[12];
    np_route_e kind;
} np_advice_kinds[] = {
    {"SEGREGATE", NP_ROUTE_APART},
    {"REGION", NP_ROUTE_TOGETHER},
    {"SCRATCH", NP_ROUTE_TOGETHER},
    {"RESERVE", NP_ROUTE_RESERVE},
};

#define NP_ADVICE_KINDS (sizeof(np_advice_kinds) / sizeof(np_advice_kinds[0]))

/* a line of the file, its fields in place */
typedef struct {
    np_route_e  kind;
    const char *module;
    const char *build_id;
    uintptr_t   offset;
    uintptr_t   address; /* 0: its module is not loaded */
} np_advice_line_t;


/* what is wrong with it, and of err != 0 why */
static void
np_advice_say_why(const char *what, int err)
{
    char     buf[512];
    np_out_t o;

    np_out_init(&o, STDERR_FILENO, buf, sizeof(buf));
    np_outf(&o, "ngxpool: NGXPOOL_ADVICE=%s: %s", np_options.advice, what);

    if (err != 0) {
        np_file_why(&o, err);
    }

    np_outf(&o, "; going on without\n");
    (void) np_out_flush(&o);
}


static void
np_advice_say(const char *what)
{
    np_advice_say_why(what, 0);
}


/* the next word of the line at *s, ended by a 0; NULL: none is left */
static char *
np_advice_word(char **s)
{
    char *word = *s + strspn(*s, " \t");
    char *end = word + strcspn(word, " \t#");

    if (end == word) {
        return NULL;
    }

    *s = *end == ' ' || *end == '\t' ? end + 1 : end;
    *end = '\0';

    return word;
}


static int
np_advice_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                  : -1;
}


/* hexadecimal with 0x; 0 or -1 */
static int
np_advice_number(const char *s, uintptr_t *n)
{
    if (strncmp(s, "0x", 2) != 0 || s[2] == '\0' || strnlen(s, 19) > 18) {
        return -1;
    }

    for (*n = 0, s += 2; *s != '\0'; s++) {
        if (np_advice_digit(*s) < 0) {
            return -1;
        }

        *n = *n << 4 | (uintptr_t) np_advice_digit(*s);
    }

    return 0;
}


/* 1: a site; 0: nothing but a comment; -1: not understood */
static int
np_advice_line(char *s, np_advice_line_t *line)
{
    char  *kind = np_advice_word(&s);
    char  *module, *build_id, *offset;
    size_t i;

    if (kind == NULL) {
        return s[strspn(s, " \t")] == '\0' || s[strspn(s, " \t")] == '#' ? 0
                                                                         : -1;
    }

    module = np_advice_word(&s);
    build_id = module != NULL ? np_advice_word(&s) : NULL;
    offset = build_id != NULL ? np_advice_word(&s) : NULL;

    if (offset == NULL || np_advice_number(offset, &line->offset) != 0) {
        return -1;
    }

    line->module = module;
    line->build_id = build_id;
    line->address = 0;

    for (i = 0; i < NP_ADVICE_KINDS; i++) {
        if (strcmp(np_advice_kinds[i].name, kind) == 0) {
            line->kind = np_advice_kinds[i].kind;
            return 1;
        }
    }

    return -1;
}


/* the text's lines; how many sites, or -1 */
static long
np_advice_lines(char *text, np_advice_line_t *line)
{
    size_t n = 0;
    char  *end;
    int    rc;

    for (; *text != '\0'; text = end) {
        end = text + strcspn(text, "\n");

        if (*end == '\n') {
            *end++ = '\0';
        }

        if (n == NP_ADVICE_SITES) {
            return -1;
        }

        rc = np_advice_line(text, &line[n]);

        if (rc < 0) {
            return -1;
        }

        n += (size_t) rc;
    }

    return (long) n;
}


static int
np_advice_is_module(const np_format_module_t *m, const np_advice_line_t *line)
{
    const char *name = strrchr(m->path, '/');
    const char *s = line->build_id;
    uint32_t    i;

    if (strcmp(name != NULL ? name + 1 : m->path, line->module) != 0) {
        return 0;
    }

    if (strcmp(s, "-") == 0) {
        return 1;
    }

    for (i = 0; i < m->build_id_length; i++, s += 2) {
        if (s[0] == '\0' || np_advice_digit(s[0]) != m->build_id[i] >> 4
            || np_advice_digit(s[1]) != (m->build_id[i] & 15)) {
            return 0;
        }
    }

    return *s == '\0';
}


typedef struct {
    np_advice_line_t *line;
    size_t            n;
} np_advice_lines_t;


/* the sites of one module get their addresses */
static int
np_advice_place(struct dl_phdr_info *info, size_t size NP_UNUSED, void *data)
{
    np_advice_lines_t *lines = data;
    np_format_module_t m;
    size_t             i;

    np_module_describe(&m, info);

    for (i = 0; i < lines->n; i++) {
        if (np_advice_is_module(&m, &lines->line[i])) {
            lines->line[i].address = m.bias + lines->line[i].offset;
        }
    }

    return 0;
}


/* the table of the heap; 0 or -1 */
static int
np_advice_route(const np_advice_lines_t *lines)
{
    size_t           room = 2 * NP_ADVICE_SITES;
    np_route_site_t *site = np_mem_map(room * sizeof(*site));
    size_t           i, at;

    if (site == NULL) {
        return -1;
    }

    for (i = 0; i < lines->n; i++) {
        if (lines->line[i].address == 0) {
            continue;
        }

        at = np_route_hash(lines->line[i].address) & (room - 1);

        while (site[at].address != 0) {
            at = (at + 1) & (room - 1);
        }

        site[at].address = lines->line[i].address;
        site[at].kind = lines->line[i].kind;
    }

    np_route_begin(site, room);

    return 0;
}


void
np_advice_init(void)
{
    size_t bytes
        = NP_ADVICE_BYTES + NP_ADVICE_SITES * sizeof(np_advice_line_t);
    char             *text;
    np_advice_lines_t lines;
    long              n;

    if (np_heap_get() == NULL || np_modes & NP_MODE_SLOW
        || np_options.profile != NP_PROFILE_OFF) {
        np_advice_say("not with a report, a check, a profile or "
                      "NGXPOOL_RECLAIM=off");
        return;
    }

    text = np_mem_map(bytes);

    if (text == NULL) {
        np_advice_say("out of memory");
        return;
    }

    lines.line = (np_advice_line_t *) (text + NP_ADVICE_BYTES);
    n = np_file_read_regular(np_options.advice, text, NP_ADVICE_BYTES - 1);

    if (n < 0) {
        np_advice_say_why("cannot be read: ", (int) -n);

    } else if (n == 0) {
        np_advice_say("it is empty");

    } else if (n == (long) NP_ADVICE_BYTES - 1) {
        np_advice_say("longer than 1 MiB");

    } else {
        n = np_advice_lines(text, lines.line);

        if (n < 0) {
            np_advice_say("not a file of ngxpool advise");

        } else {
            lines.n = (size_t) n;
            (void) dl_iterate_phdr(np_advice_place, &lines);

            if (np_advice_route(&lines) != 0) {
                np_advice_say("out of memory");
            }
        }
    }

    (void) np_mem_unmap(text, bytes);
}

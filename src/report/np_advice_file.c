/*
 * Advice for the machine: a text file, one line a site.
 */
#include "config.h"

#include "report/np_advice_file.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report/np_advice_text.h"

/* bytes of a line; a profile cuts the names of modules at 440 */
#define NP_ADVICE_LINE 2048

/* STACK is advice for people: to the machine it is SCRATCH */
static const char *const np_advice_word[NP_ADVICE_KINDS] = {
    [NP_ADVICE_REGION] = "REGION",       [NP_ADVICE_SCRATCH] = "SCRATCH",
    [NP_ADVICE_STACK] = "SCRATCH",       [NP_ADVICE_RESERVE] = "RESERVE",
    [NP_ADVICE_SEGREGATE] = "SEGREGATE",
};


/* a word of the file: no blank, no control character, no comment */
static const char *
np_advice_base(const np_module_t *m)
{
    const char *slash = strrchr(m->path, '/');
    const char *base = slash != NULL ? slash + 1 : m->path;

    for (const char *s = base; *s != '\0'; s++) {
        if ((unsigned char) *s <= ' ' || *s == 0x7f || *s == '#') {
            return NULL;
        }
    }
    return *base != '\0' ? base : NULL;
}


/* bytes of the site's line in buf; 0: its module's name is no word */
static size_t
np_advice_line(char buf[NP_ADVICE_LINE], const np_advice_t *a, np_symbols_t *y,
               const np_candidate_t *c)
{
    const np_place_t  *at = &a->profile->place[c->leaf];
    const np_module_t *m = &a->profile->module[at->module];
    const char        *base = np_advice_base(m);
    char               place[NP_BRIEF_LINE], id[2 * sizeof(m->build_id) + 1];
    int                n;

    if (base == NULL) {
        return 0;
    }
    (void) strcpy(id, "-");
    for (unsigned i = 0; i < m->build_id_length; i++) {
        (void) snprintf(id + (size_t) i * 2, 3, "%02x", m->build_id[i]);
    }
    n = snprintf(buf, NP_ADVICE_LINE,
                 "%s %s %s 0x%" PRIx64 "  # %s, confidence %s\n",
                 np_advice_word[c->kind], base, id, at->address - m->bias,
                 np_advice_place(a, y, c->origin, 0, place),
                 np_confidence_name[c->confidence]);
    return n > 0 && n < NP_ADVICE_LINE ? (size_t) n : 0;
}


unsigned
np_advice_file_write(FILE *f, const np_advice_t *a, np_symbols_t *y,
                     unsigned *left)
{
    static const char head[]
        = "# advice for NGXPOOL_ADVICE, from ngxpool advise\n"
          "# KIND module build-id return-address\n";

    char     line[NP_ADVICE_LINE];
    size_t   bytes = sizeof(head) - 1, length;
    unsigned n = 0;

    *left = 0;
    (void) fputs(head, f);
    for (unsigned i = 0; i < a->advised; i++) {
        const np_candidate_t *c = &a->v[i];

        /* two origins behind one leaf are not both routed */
        length = c->routed && c->confidence != NP_CONFIDENCE_LOW
                     ? np_advice_line(line, a, y, c)
                     : 0;
        if (length == 0) {
            continue;
        }
        if (n == NP_ADVICE_FILE_SITES
            || bytes + length > NP_ADVICE_FILE_BYTES) {
            ++*left;
            continue;
        }
        (void) fputs(line, f);
        bytes += length;
        n++;
    }
    return n;
}


static int
np_advice_is_hex(const char *s)
{
    size_t n = strlen(s);

    for (size_t i = 0; i < n; i++) {
        if (!isxdigit((unsigned char) s[i]) || isupper((unsigned char) s[i])) {
            return 0;
        }
    }
    return n != 0;
}


/* what is wrong with a line, which is cut up; NULL: nothing.  *site: it names
 * one */
static const char *
np_advice_wrong(char *line, int *site)
{
    char *word[5], *at = line;
    int   n = 0, known = 0;

    line[strcspn(line, "#\n")] = '\0';
    while (n < 5 && (word[n] = strsep(&at, " \t\r")) != NULL) {
        n += *word[n] != '\0';
    }
    *site = n != 0;
    if (n == 0) {
        return NULL;
    }
    for (unsigned i = 1; i < NP_ADVICE_KINDS; i++) {
        known |= strcmp(word[0], np_advice_word[i]) == 0;
    }
    if (!known) {
        return "no kind of advice (REGION, SCRATCH, RESERVE, SEGREGATE)";
    }
    if (n != 4) {
        return "KIND MODULE BUILD-ID OFFSET is wanted";
    }
    if (strcmp(word[2], "-") != 0 && !np_advice_is_hex(word[2])) {
        return "the build-id is not hexadecimal";
    }
    if (strncmp(word[3], "0x", 2) != 0 || strlen(word[3]) > 18
        || !np_advice_is_hex(word[3] + 2)) {
        return "the offset is not hexadecimal (0x...)";
    }
    return NULL;
}


int
np_advice_file_check(const char *file, unsigned *sites, char *err, size_t size)
{
    FILE       *f = fopen(file, "re");
    char       *line = NULL;
    const char *wrong = NULL;
    size_t      room = 0, bytes = 0;
    ssize_t     n;
    unsigned    number = 0;
    int         site;

    *sites = 0;
    if (f == NULL) {
        (void) snprintf(err, size, "%s: %s", file, strerror(errno));
        return -1;
    }
    while (wrong == NULL && (n = getline(&line, &room, f)) != -1) {
        number++;
        bytes += (size_t) n;
        wrong = np_advice_wrong(line, &site);
        *sites += (unsigned) site;
        if (*sites > NP_ADVICE_FILE_SITES || bytes > NP_ADVICE_FILE_BYTES) {
            wrong = "more than the library reads (4096 sites, 1 MiB)";
        }
    }
    if (wrong != NULL) {
        (void) snprintf(err, size, "%s:%u: %s", file, number, wrong);
    } else if (ferror(f)) {
        (void) snprintf(err, size, "%s: it cannot be read", file);
    } else if (*sites == 0) {
        (void) snprintf(err, size,
                        "%s: it advises nothing, so there is nothing to "
                        "measure",
                        file);
    }
    site = wrong == NULL && !ferror(f) && *sites != 0;
    free(line);
    (void) fclose(f);
    return site ? 0 : -1;
}

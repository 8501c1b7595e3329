/*
 * Long names of C++ and Rust functions, short enough for a line.
 */
#include "config.h"

#include "report/np_brief.h"

#include <stdlib.h>
#include <string.h>


/* how much of what begins there is no bracket: operator<, operator<<,
 * operator->, operator<=> and the like, and "(near ", behind which the name is
 * (np_symbols.c) */
static size_t
np_brief_plain(const char *s)
{
    static const char word[] = "operator", near[] = "(near ";
    size_t            n = sizeof(word) - 1;

    if (strncmp(s, near, sizeof(near) - 1) == 0) {
        return sizeof(near) - 1;
    }
    return strncmp(s, word, n) == 0 ? n + strspn(s + n, "<>=-") : 0;
}


/* what is between outermost brackets becomes three dots; for free() */
static char *
np_brief_fold(const char *name, char open, char close)
{
    char    *folded = malloc(4 * strlen(name) + 1), *to = folded;
    unsigned depth = 0;
    size_t   n;

    if (folded == NULL) {
        return NULL;
    }
    for (size_t i = 0; name[i] != '\0'; i++) {
        n = depth == 0 ? np_brief_plain(name + i) : 0;
        if (n != 0) {
            to = mempcpy(to, name + i, n);
            i += n - 1;
            continue;
        }
        if (name[i] == close && depth != 0) {
            depth--;
        }
        if (depth == 0) {
            *to++ = name[i];
        }
        if (name[i] == open && depth++ == 0 && name[i + 1] != close) {
            to = mempcpy(to, "...", 3);
        }
    }
    *to = '\0';
    return folded;
}


/* not within a character */
static void
np_brief_cut(const char *name, char buf[NP_BRIEF_MAX])
{
    size_t n = NP_BRIEF_MAX - 4;

    while (n > 0 && ((unsigned char) name[n] & 0xc0) == 0x80) {
        n--;
    }
    memcpy(buf, name, n);
    memcpy(buf + n, "...", 4);
}


const char *
np_brief(const char *name, char buf[NP_BRIEF_MAX])
{
    char *angle, *both = NULL;

    if (strlen(name) < NP_BRIEF_MAX) {
        return name;
    }
    angle = np_brief_fold(name, '<', '>');
    if (angle != NULL && strlen(angle) >= NP_BRIEF_MAX) {
        both = np_brief_fold(angle, '(', ')');
    }
    if (both != NULL) {
        name = both;
    } else if (angle != NULL) {
        name = angle;
    }
    if (strlen(name) < NP_BRIEF_MAX) {
        (void) strcpy(buf, name);
    } else {
        np_brief_cut(name, buf);
    }
    free(angle);
    free(both);
    return buf;
}


const char *
np_brief_symbol(const np_symbol_t *s, char buf[NP_BRIEF_LINE])
{
    np_symbol_t brief = *s;
    char        name[NP_BRIEF_MAX];

    brief.function = np_brief(s->function, name);
    return np_symbol_text(&brief, buf, NP_BRIEF_LINE);
}


int
np_briefs_add(np_briefs_t *t, const char *name)
{
    char         buf[NP_BRIEF_MAX];
    uint32_t     known = t->briefs.n;
    uint32_t     i = np_strings_number(&t->briefs, np_brief(name, buf));
    const char **v;

    if (i == NP_STRINGS_FAILED) {
        return -1;
    }
    if (i >= t->room) {
        v = realloc(t->name, 2 * ((size_t) i + 32) * sizeof(*v));
        if (v == NULL) {
            return -1;
        }
        t->name = v;
        t->room = 2 * (i + 32);
    }
    if (i >= known) {
        t->name[i] = name;
    } else if (t->name[i] != NULL && strcmp(t->name[i], name) != 0) {
        t->name[i] = NULL;
    }
    return 0;
}


int
np_briefs_is_shared(np_briefs_t *t, const char *name)
{
    char     buf[NP_BRIEF_MAX];
    uint32_t i = np_strings_number(&t->briefs, np_brief(name, buf));

    return i != NP_STRINGS_FAILED && t->name[i] == NULL;
}


void
np_briefs_fini(np_briefs_t *t)
{
    np_strings_fini(&t->briefs);
    free(t->name);
    memset(t, 0, sizeof(*t));
}

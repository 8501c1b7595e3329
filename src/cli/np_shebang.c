/*
 * The interpreter of a script.
 */
#include "config.h"

#include "cli/np_shebang.h"

#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

/* one word of env's that is an option */
typedef struct {
    int   operand; /* the next word is its operand */
    int   chdir;
    char *word; /* the first word of what is to be split, or NULL */
} np_shebang_option_t;


/* long options may be cut short: --uns */
static int
np_shebang_is(const char *word, size_t n, const char *option)
{
    return n > 2 && strncmp(word, option, n) == 0;
}


static np_shebang_option_t
np_shebang_long(char *word)
{
    char  *value = strchr(word, '=');
    size_t n = value != NULL ? (size_t) (value - word) : strlen(word);
    int    chdir = np_shebang_is(word, n, "--chdir");
    int    named = chdir || np_shebang_is(word, n, "--unset")
                || np_shebang_is(word, n, "--argv0");
    int split = np_shebang_is(word, n, "--split-string");

    return (np_shebang_option_t){named && value == NULL, chdir,
                                 split && value != NULL ? value + 1 : NULL};
}


/* several may share a word: the last has the rest of it as its operand, or
 * the next word.  That of -S are more words of the same kind */
static np_shebang_option_t
np_shebang_short(char *word)
{
    char *at = word + 1 + strcspn(word + 1, "SuCaP");

    if (*at == 'S') {
        return (np_shebang_option_t){0, 0, at[1] != '\0' ? at + 1 : NULL};
    }
    return (np_shebang_option_t){*at != '\0' && at[1] == '\0', *at == 'C',
                                 NULL};
}


/* of "-S A=b -u C python3 -u": python3.  NULL: it cannot be said */
static char *
np_shebang_env(char *rest)
{
    np_shebang_option_t o = {0, 0, NULL};
    char               *word;
    int                 elsewhere = 0;

    while ((word = o.word != NULL ? o.word : strsep(&rest, " \t")) != NULL) {
        o.word = NULL;
        if (*word == '\0') {
            continue;
        }
        if (strpbrk(word, "\"'$\\#") != NULL) {
            return NULL;
        }
        if (o.operand) {
            o.operand = 0;
        } else if (*word == '-') {
            o = word[1] == '-' ? np_shebang_long(word)
                               : np_shebang_short(word);
            elsewhere |= o.chdir;
        } else if (strchr(word, '=') == NULL) {
            return elsewhere && *word != '/' ? NULL : word;
        } else {
            elsewhere |= strncmp(word, "PATH=", 5) == 0;
        }
    }
    return NULL;
}


const char *
np_shebang(char line[NP_SHEBANG_MAX + 1], const char *path)
{
    int     fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    ssize_t n = 0;
    char   *interpreter, *rest, *word;

    if (fd != -1) {
        n = read(fd, line, NP_SHEBANG_MAX);
        (void) close(fd);
    }
    line[n > 0 ? n : 0] = '\0';
    if (line[0] != '#' || line[1] != '!') {
        return NULL;
    }
    line[strcspn(line, "\n")] = '\0';
    interpreter = line + 2 + strspn(line + 2, " \t");
    rest = interpreter + strcspn(interpreter, " \t");
    if (*rest != '\0') {
        *rest++ = '\0';
    }
    word = strrchr(interpreter, '/');
    if (word != NULL && strcmp(word, "/env") == 0
        && (word = np_shebang_env(rest)) != NULL) {
        return word;
    }
    return *interpreter != '\0' ? interpreter : NULL;
}

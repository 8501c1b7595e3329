/*
 * Whether a library can be preloaded into a command.  Each reason why not is
 * a row of a table: what is wrong, and the remedy.
 */
#include "config.h"

#include "cli/np_preflight.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "cli/np_cli.h"
#include "cli/np_elf.h"
#include "cli/np_shebang.h"
#include "report/np_escape.h"

/* interpreters of interpreters; the kernel follows as many */
#define NP_PREFLIGHT_SCRIPTS 4

typedef enum {
    NP_WHY_MISSING = 0,
    NP_WHY_FOLDER,
    NP_WHY_NOT_EXECUTABLE,
    NP_WHY_INTERPRETER,
    NP_WHY_BITS,
    NP_WHY_MACHINE,
    NP_WHY_STATIC,
    NP_WHY_GO,
    NP_WHY_MUSL,
    NP_WHY_LIBC,
    NP_WHY_LOADER,
    NP_WHY_SETUID,
    NP_WHY_SETGID,
    NP_WHY_CAPABILITIES
} np_why_e;

typedef struct {
    const char *what; /* %s: a detail */
    const char *remedy;
} np_why_t;

static const np_why_t np_why[] = {
    [NP_WHY_MISSING]
    = {"not found", "check the name and PATH, or name it with a folder"},
    [NP_WHY_FOLDER] = {"is a folder", "name a program"},
    [NP_WHY_NOT_EXECUTABLE]
    = {"is not executable", "chmod +x it, or name its interpreter first"},
    [NP_WHY_INTERPRETER]
    = {"its interpreter %s does not exist", "install that, or correct #!"},
    [NP_WHY_BITS] = {"is a 32-bit program, and libngxpool.so is 64-bit",
                     "use a 64-bit build of the program"},
    [NP_WHY_MACHINE]
    = {"is a program for %s, another machine than that of libngxpool.so",
       "use a build for this machine"},
    [NP_WHY_STATIC]
    = {"is statically linked: there is no dynamic linker to preload a library",
       "build it without -static"},
    [NP_WHY_GO]
    = {"is a static Go program, whose heap is its own", "use Go's pprof"},
    [NP_WHY_MUSL] = {"is linked with musl (%s), and libngxpool.so with glibc",
                     "build it for glibc (Rust: a target that ends in -gnu)"},
    [NP_WHY_LIBC]
    = {"is linked with another C library than glibc (its linker is %s)",
       "build it for glibc"},
    [NP_WHY_LOADER] = {"its dynamic linker %s does not exist",
                       "install the C library that it was built for"},
    [NP_WHY_SETUID]
    = {"is set-user-ID: the dynamic linker ignores LD_PRELOAD there",
       "run it as the user who owns it, or profile a copy without that bit"},
    [NP_WHY_SETGID]
    = {"is set-group-ID: the dynamic linker ignores LD_PRELOAD there",
       "run it with that group as yours, or profile a copy without that bit"},
    [NP_WHY_CAPABILITIES]
    = {"has file capabilities: the dynamic linker ignores LD_PRELOAD there",
       "profile a copy of it (cp leaves them out), or run it as root"},
};

/* in the order of np_elf_malloc_e */
static const char *const np_preflight_own[] = {
    [NP_ELF_MALLOC_EXPORTED]
    = "brings a malloc of its own, which comes before any that is preloaded: "
      "the profile will miss what it serves; build it without",
    [NP_ELF_MALLOC_INSIDE]
    = "brings a malloc of its own, and its own calls go there: only those of "
      "its libraries will be seen; build it without",
    [NP_ELF_MALLOC_GO]
    = "is a Go program, whose heap is its own: only what C code in it "
      "allocates will be seen; use Go's pprof for the rest",
    [NP_ELF_MALLOC_JEMALLOC]
    = "has jemalloc built in: what goes there will not be seen; build it "
      "without (Rust: leave out the crate tikv-jemallocator)",
    [NP_ELF_MALLOC_MIMALLOC]
    = "has mimalloc built in: what goes there will not be seen; build it "
      "without",
    [NP_ELF_MALLOC_SANITIZER]
    = "is built with a sanitizer, which brings its own malloc and wants to be "
      "first: build it without -fsanitize",
};


static void
np_preflight_refuse(np_preflight_t *p, const char *file, np_why_e why,
                    const char *detail)
{
    char what[NP_PREFLIGHT_LINE / 2];
    int  n = (int) strcspn(np_why[why].what, "%");

    /* a detail may be as long as a path; the remedy must not get lost */
    (void) snprintf(what, sizeof(what), "%.*s%.120s%s", n, np_why[why].what,
                    np_why[why].what[n] == '%' ? detail : "",
                    np_why[why].what[n] == '%' ? np_why[why].what + n + 2
                                               : "");
    (void) snprintf(p->why, sizeof(p->why), "%.200s: %s; %s", file, what,
                    np_why[why].remedy);
    np_escape_line(p->why);
    p->status = why == NP_WHY_MISSING ? NP_EXIT_NOT_FOUND : NP_EXIT_NOT_RUN;
}


/* as execvp(): the first that is executable, or else one that is not */
static int
np_preflight_find(const char *command, char path[PATH_MAX])
{
    const char *list = getenv("PATH"), *end;
    char        one[PATH_MAX];
    struct stat st;
    int         n, found = 0;

    if (strchr(command, '/') != NULL) {
        n = snprintf(path, PATH_MAX, "%s", command);
        return n < PATH_MAX && stat(path, &st) == 0 ? 0 : -1;
    }
    if (list == NULL) {
        list = "/bin:/usr/bin";
    }
    for (; *command != '\0'; list = end + 1) {
        end = strchrnul(list, ':');
        n = snprintf(one, sizeof(one), "%.*s%s%s", (int) (end - list), list,
                     end == list ? "" : "/", command);
        if (n < (int) sizeof(one) && stat(one, &st) == 0
            && S_ISREG(st.st_mode)) {
            if (access(one, X_OK) == 0 || !found) {
                memcpy(path, one, (size_t) n + 1);
                found = 1;
            }
            if (access(one, X_OK) == 0) {
                break;
            }
        }
        if (*end == '\0') {
            break;
        }
    }
    return found ? 0 : -1;
}


/* whether the kernel will say AT_SECURE; not for root, not where set-user-ID
 * and its like are without effect */
static int
np_preflight_is_secure(np_preflight_t *p, const char *path)
{
    struct stat    st;
    struct statvfs fs;

    if (stat(path, &st) != 0
        || (statvfs(path, &fs) == 0 && (fs.f_flag & ST_NOSUID) != 0)
        || prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1) {
        return 0;
    }
    if ((st.st_mode & S_ISUID) != 0 && st.st_uid != getuid()) {
        np_preflight_refuse(p, path, NP_WHY_SETUID, "");
        return 1;
    }
    if ((st.st_mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP)
        && st.st_gid != getgid()) {
        np_preflight_refuse(p, path, NP_WHY_SETGID, "");
        return 1;
    }
    if (getuid() != 0 && getxattr(path, "security.capability", NULL, 0) > 0) {
        np_preflight_refuse(p, path, NP_WHY_CAPABILITIES, "");
        return 1;
    }
    return 0;
}


static void
np_preflight_linker(np_preflight_t *p, const char *path, const np_elf_t *e)
{
    const char *name = strrchr(e->interpreter, '/');

    name = name != NULL ? name + 1 : e->interpreter;
    if (e->interpreter[0] == '\0') {
        if (!e->loader) {
            np_preflight_refuse(
                p, path,
                e->own == NP_ELF_MALLOC_GO ? NP_WHY_GO : NP_WHY_STATIC, "");
        }
    } else if (strncmp(name, "ld-musl", 7) == 0) {
        np_preflight_refuse(p, path, NP_WHY_MUSL, e->interpreter);
    } else if (strncmp(name, "ld-linux", 8) != 0
               && strncmp(name, "ld64.so", 7) != 0
               && strncmp(name, "ld.so", 5) != 0) {
        np_preflight_refuse(p, path, NP_WHY_LIBC, e->interpreter);
    } else if (access(e->interpreter, X_OK) != 0) {
        np_preflight_refuse(p, path, NP_WHY_LOADER, e->interpreter);
    }
}


static void
np_preflight_program(np_preflight_t *p, const char *path, const np_elf_t *e,
                     const char *library)
{
    np_elf_t own;
    char     buf[32];

    if (np_elf_read(&own, library) == 0 && own.is_elf) {
        if (e->bits < own.bits) {
            np_preflight_refuse(p, path, NP_WHY_BITS, "");
            return;
        }
        if (e->machine != own.machine || e->big_endian != own.big_endian) {
            np_preflight_refuse(p, path, NP_WHY_MACHINE,
                                np_elf_machine(e->machine, buf));
            return;
        }
    }
    np_preflight_linker(p, path, e);
    if (p->status == 0 && !np_preflight_is_secure(p, path)
        && e->own != NP_ELF_MALLOC_NONE) {
        (void) snprintf(p->warning, sizeof(p->warning), "%.200s: %s", path,
                        np_preflight_own[e->own]);
        np_escape_line(p->warning);
        p->own = e->own == NP_ELF_MALLOC_EXPORTED
                 || e->own == NP_ELF_MALLOC_SANITIZER;
    }
}


static int
np_preflight_file(np_preflight_t *p, const char *path, np_elf_t *e)
{
    struct stat st;

    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
        np_preflight_refuse(p, path, NP_WHY_FOLDER, "");
    } else if (access(path, X_OK) != 0) {
        np_preflight_refuse(p, path, NP_WHY_NOT_EXECUTABLE, "");
    } else if (np_elf_read(e, path) != 0) {
        /* it can be run but not read: nothing can be said of it */
        (void) np_preflight_is_secure(p, path);
        return -1;
    }
    return p->status == 0 ? 0 : -1;
}


void
np_preflight(np_preflight_t *p, const char *command, const char *library)
{
    char        path[PATH_MAX], next[PATH_MAX], line[NP_SHEBANG_MAX + 1];
    const char *interpreter;
    np_elf_t    e;

    memset(p, 0, sizeof(*p));
    if (np_preflight_find(command, path) != 0) {
        np_preflight_refuse(p, command, NP_WHY_MISSING, "");
        return;
    }
    for (int i = 0; i <= NP_PREFLIGHT_SCRIPTS; i++) {
        if (np_preflight_file(p, path, &e) != 0) {
            return;
        }
        if (e.is_elf) {
            np_preflight_program(p, path, &e, library);
            return;
        }
        interpreter = np_shebang(line, path);
        if (interpreter == NULL) {
            return;
        }
        if (np_preflight_find(interpreter, next) != 0) {
            np_preflight_refuse(p, path, NP_WHY_INTERPRETER, interpreter);
            return;
        }
        (void) strcpy(path, next);
    }
}

#ifndef NP_TOP_SOURCE_H
#define NP_TOP_SOURCE_H

/*
 * Where `ngxpool top` reads from: a file, or the profile that a running
 * process has mapped, which is found in /proc without stopping or tracing it:
 *
 *      /proc/PID/maps --> /proc/PID/map_files/A-B    (privileged)
 *                     --> /proc/PID/root/PATH        (else)
 *
 * Either way leads into the process's own mount namespace, a container's,
 * too.  What was opened stays open, so the last figures can be read after
 * the process has ended.  One thread.
 */

#include <sys/types.h>

#include "report/np_profile.h"

#define NP_TOP_ERROR 512

typedef struct {
    pid_t       pid;      /* 0: a file */
    const char *file;     /* its name, the caller's; NULL: a process */
    int         fd;       /* -1: none */
    ino_t       inode;    /* of fd */
    char        name[40]; /* that opens fd again */
    char        root[40]; /* of the process, when it is not ours; else "" */
} np_top_source_t;

/* -1: err[] says in one line why not, and what to do */
int np_top_source_process(np_top_source_t *s, pid_t pid,
                          char err[NP_TOP_ERROR]);
int np_top_source_file(np_top_source_t *s, const char *file,
                       char err[NP_TOP_ERROR]);

/* whether the process that writes this profile, its last look, is there no
 * more.  A killed one cannot say so in the profile itself */
int np_top_source_is_gone(const np_top_source_t *s, const np_profile_t *p);

/* whether the process has begun another profile, after an exec: then it is
 * that which is read from now on */
int np_top_source_follow(np_top_source_t *s);

/* the profile as it is now; NULL: err[] */
np_profile_t *np_top_source_load(const np_top_source_t *s,
                                 char                   err[NP_TOP_ERROR]);

/* copies the profile, packed (np_pack.h), to a file that must not exist; -1:
 * errno */
int np_top_source_save(const np_top_source_t *s, const char *file);

void np_top_source_close(np_top_source_t *s);

#endif

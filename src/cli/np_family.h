#ifndef NP_FAMILY_H
#define NP_FAMILY_H

/*
 * The descendants of a process, from /proc.  As a child subreaper we are the
 * ancestor of everything a command starts, daemons included.  A list is a
 * moment's view: processes come and go while it is read, and that is no
 * error.  One thread.
 */

#include <stddef.h>
#include <sys/types.h>

typedef struct {
    pid_t pid;
    pid_t parent;
} np_family_member_t;

typedef struct {
    int                 proc; /* descriptor of /proc, or of a tree like it */
    np_family_member_t *v;
    size_t              n;
    size_t              room;
} np_family_t;

/* -1: errno says why */
int  np_family_init(np_family_t *f, const char *proc);
void np_family_fini(np_family_t *f);

/* lists the descendants of root, without the subtrees of except[], which 0
 * ends.  -1 when memory runs out. */
int np_family_collect(np_family_t *f, pid_t root, const pid_t *except);

#endif

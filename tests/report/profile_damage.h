#ifndef PROFILE_DAMAGE_H
#define PROFILE_DAMAGE_H

/*
 * Ways in which a profile can be damaged or hostile.  Each is done to the
 * bytes that maker_image() made of a profile with at least two nodes, a site,
 * a module and an argument; a reader must survive all of them.
 */

#include <stddef.h>

typedef struct {
    const char *name;
    /* no table can be found: a reader has nothing to show */
    int hopeless;
    void (*harm)(unsigned char *image, size_t *size);
} profile_damage_t;

/* the last one has no name */
extern const profile_damage_t profile_damages[];

#endif

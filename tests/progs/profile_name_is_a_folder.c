/*
 * A profile that is to have the name of a folder: one line, nothing beside the
 * folder or hidden in it, and the program goes on.
 *
 * env: NGXPOOL_PROFILE=exact NGXPOOL_PROFILE_FILE=./
 * only: libngxpool
 * needs: reclaim
 * expect: exit 0
 * expect: says "a folder has that name; NGXPOOL_PROFILE_FILE names another: ./"
 */

#include <unistd.h>

#include "profile.h"
#include "profile_calls.h"

int
main(void)
{
    NP_NEED(ngxpool_profile_dump() == -1);
    NP_NEED(access(".1", F_OK) == -1);
    NP_NEED(access("..1", F_OK) == -1);

    return 0;
}

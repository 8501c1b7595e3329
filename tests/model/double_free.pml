/*
 * The owner of a block and two other threads free the same slot; one of them
 * frees another slot as well, before or after.  The owner merges, and may end,
 * whenever it likes.  Nothing is allocated, and a third slot stays live.
 * However they meet, all frees of the slot but one are found, at the next
 * merge at the latest.
 */

#define HEAPS  1
#define BLOCKS 1
#define WORDS  1
#define SLOTS  3

#include "protocol.pml"

inline check()
{
    me = 1;
    collect(me);
    collect(ORPHANS);
    assert(misuse == 2 && free[0] == 3 && xfree[0] == 0);
    assert(xpending[1] == NIL && xpending[ORPHANS] == NIL)
}

inline stop()
{
    atomic {
        ended++;
        seen = ended == 3
    };
    if
    :: seen -> seen = false; check()
    :: else -> skip
    fi
}

proctype owner()
{
    LOCALS;
    byte me = 1;
    bool done;

    do
    :: xpending[me] != NIL -> collect(me)
    :: !done -> done = true; w = 0; slot = 1; free_slot()
    :: done -> break
    :: done -> abandon(me); break
    od;
    stop()
}

proctype other(bool both)
{
    LOCALS;
    byte me = 2;
    bool first, second = !both;

    do
    :: !first -> first = true; w = 0; slot = 1; free_slot()
    :: !second -> second = true; w = 0; slot = 2; free_slot()
    :: first && second -> break
    od;
    stop()
}

init
{
    atomic {
        xheap[1] = 1;
        xowner[0] = 1;
        live[0] = ALL;
        run owner();
        run other(true);
        run other(false)
    }
}

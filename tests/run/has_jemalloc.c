/* Has the symbol by which a built-in jemalloc is known. */

int _rjem_malloc(int n);


int
_rjem_malloc(int n)
{
    return n;
}


int
main(void)
{
    return _rjem_malloc(0);
}

/*
 * stats.c: the FastCGI program for the owner's statistics. Its table and its functions, and nothing
 * else.
 */
#include "pages/routes.h"
#include "pages/site.h"

static const struct program program = {.name = "stats",
                                       .routes = routes_stats,
                                       .respond = site_respond,
                                       .error = site_error,
                                       .open = site_open,
                                       .close = site_close,
                                       .reads_tally = true,
                                       .script_policy = "'self'"};

int main(int argc, char **argv)
{
    return loop_main(&program, argc, argv);
}

/*
 * summary.c: contract in summary.h.
 */
#include "commands/summary.h"
#include "base/message.h"
#include <stdio.h>

void summary_say(const char *what, const struct publish_summary *summary)
{
    printf(translated("%s: %zu regions, %zu addresses, %zu guides, %zu questions%s%s\n"), what,
           summary->regions, summary->addresses, summary->guides, summary->questions,
           *summary->identity ? translated(", identity ") : "", summary->identity);
}

/*
 * client.c: the words for who reads, as journal and tally have them. Contract in client.h.
 */
#include "journal/client.h"
#include <string.h>

static const char *const words[CLIENT__MAX] = {
    [CLIENT_PERSON] = "person",   [CLIENT_ROBOT] = "robot", [CLIENT_PREFETCH] = "prefetch",
    [CLIENT_MONITOR] = "monitor", [CLIENT_STAFF] = "staff",
};

const char *client_word(enum client client)
{
    return (unsigned)client < CLIENT__MAX ? words[client] : "";
}

enum client client_from_word(const char *word, bool *known)
{
    for (int client = 0; client < CLIENT__MAX; client++)
        if (strcmp(words[client], word) == 0) {
            *known = true;
            return (enum client)client;
        }
    *known = false;
    return CLIENT_PERSON;
}

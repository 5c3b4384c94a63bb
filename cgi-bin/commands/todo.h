/*
 * todo.h: vhod check --todo, the list. Neighbours: content/todo.h finds what lacks, the tally says
 * how often it is read.
 */
#ifndef VHOD_COMMANDS_TODO_H
#define VHOD_COMMANDS_TODO_H

#include "commands/commands.h"

/* Prints what the content lacks on standard output, one thing a line, the most read first as far as
 * the tally knows. The content has no faults. */
enum err todo_say(const struct job *job);

#endif

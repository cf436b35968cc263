"""Which body does which kind of job."""

from assess.jobs.models import Queue
from assess.tasks.batch_job import BATCH, make_batch
from assess.tasks.closing import CLOSE, COUNT, EXPIRE, close, count, expire
from assess.tasks.greeting import GREETINGS, greet
from assess.tasks.mail import REMIND_LEADERS, SEND, remind_leaders, send
from assess.tasks.opening import OPEN, open_by_itself
from assess.tasks.reports import REPORT, draw
from assess.tasks.running import Bodies

BODIES: dict[Queue, Bodies] = {
    Queue.DEFAULT: {REPORT: draw, BATCH: make_batch, GREETINGS[Queue.DEFAULT]: greet},
    Queue.KEEPER: {
        OPEN: open_by_itself,
        CLOSE: close,
        COUNT: count,
        EXPIRE: expire,
        SEND: send,
        REMIND_LEADERS: remind_leaders,
        GREETINGS[Queue.KEEPER]: greet,
    },
}

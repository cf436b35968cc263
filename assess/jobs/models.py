"""The table of background work; nothing in it speaks of a member or of an answer."""

from datetime import datetime
from enum import StrEnum
from secrets import token_bytes
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assess.extensions import Base, UtcDateTime


class JobState(StrEnum):
    """Where a job stands; `failed` is final until somebody wants it again."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Queue(StrEnum):
    """Which workers may take a job: any, or only those beside the key directory."""

    DEFAULT = "default"
    KEEPER = "keeper"


class Job(Base):
    """One piece of work, done once however often it is asked for: kind and key say what it is."""

    __tablename__ = "jobs"
    __table_args__ = (
        UniqueConstraint("kind", "key", name="uq_jobs_wanted_once"),
        CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name="state_is_known"),
        CheckConstraint("queue IN ('default', 'keeper')", name="queue_is_known"),
        CheckConstraint("(state = 'running') = (claim IS NOT NULL)", name="running_is_claimed"),
        CheckConstraint("(state = 'running') = (heartbeat_at IS NOT NULL)", name="running_has_a_heartbeat"),
        CheckConstraint("(state IN ('done', 'failed')) = (finished_at IS NOT NULL)", name="ended_at_some_time"),
        CheckConstraint("state <> 'failed' OR error IS NOT NULL", name="failure_has_a_reason"),
        CheckConstraint("total IS NULL OR done <= total", name="no_more_done_than_there_is"),
        Index("ix_jobs_what_is_next", "queue", "state", "priority", "due_at"),
    )

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True, default=lambda: token_bytes(16))
    kind: Mapped[str] = mapped_column(String(30))
    key: Mapped[str] = mapped_column(String(200))
    queue: Mapped[str] = mapped_column(String(7), default=Queue.DEFAULT)
    version: Mapped[str | None] = mapped_column(String(64))
    """Which version of us can do it; None is any. During an upgrade hosts of both run side by side."""
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[str] = mapped_column(String(7), default=JobState.WAITING)
    priority: Mapped[int] = mapped_column(default=0)
    """The smaller, the sooner; what a person waits for comes before a batch."""
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    claim: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    """Drawn anew whenever a worker takes the job: who was given up cannot finish it any more."""
    worker: Mapped[str | None] = mapped_column(String(80))
    heartbeat_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    error: Mapped[str | None] = mapped_column(String(500))
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

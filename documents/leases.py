"""Pure decisions about long jobs: how often one may be tried, how long a worker holds it, how long it still takes."""

from datetime import timedelta

# A worker that has said nothing for this long is taken for dead; it renews its lease every quarter of it.
LEASE = timedelta(seconds=80)
# A queued job that nobody took for this long is announced again: the broker may have lost it.
UNHEARD = timedelta(seconds=30)
ATTEMPTS = 3

QUEUED, RUNNING, DONE, FAILED = "queued", "running", "done", "failed"
MOVES = {
    "claim": ({QUEUED, RUNNING}, RUNNING),
    "finish": ({RUNNING}, DONE),
    "give_back": ({RUNNING}, QUEUED),
    "fail": ({RUNNING}, FAILED),
}

RETRYING = "第 {attempt} 次没有完成，稍后自动再试"
GIVEN_UP = "试了 {attempts} 次都没有完成。请再生成一次；仍不成功时把编号 {number} 告诉系统管理员"


def may_try_again(attempt):
    """Whether a job that failed on its `attempt`-th try is tried once more."""
    return attempt < ATTEMPTS


def pause_after(attempt):
    """How long a job rests after its `attempt`-th try failed."""
    return timedelta(seconds=10 * attempt)


def seconds_left(*, done, total, elapsed):
    """How many seconds the rest takes at the pace so far, rounded up; None while nothing is done yet."""
    if done <= 0 or total <= 0:
        return None
    return max(0, -(-int(elapsed.total_seconds() * (total - done)) // done))


def time_left_words(seconds):
    """约 20 秒, 约 3 分钟: in steps coarse enough not to jump; empty when it isn't known."""
    if seconds is None:
        return ""
    if seconds > 90:
        return f"约 {-(-seconds // 60)} 分钟"
    return f"约 {max(5, -(-seconds // 5) * 5)} 秒"


def number_of(job_id):
    """The short number that a user can quote."""
    return job_id.hex[-8:].upper()


def told(job, *, now):
    """The sentence under a job's name: what one may do meanwhile, how long it takes, or why it failed.

    `job` is anything with state, done, total, started_at and error.
    """
    if job.state == FAILED:
        return job.error
    if job.state == DONE:
        return ""
    leave = "可以离开本页，完成后回到这里取。"
    if job.state == QUEUED:
        return f"{job.error}。{leave}" if job.error else leave
    left = time_left_words(seconds_left(done=job.done, total=job.total, elapsed=now - job.started_at))
    return f"{leave}还要{left}。" if left else leave

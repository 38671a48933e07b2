"""What beat starts and when: the one list for all apps.

Each entry is a name, a task and a schedule (seconds, or a crontab in the company's time zone). Beat copies the list
into its tables when it starts, by name; times changed in the admin are overwritten then, switching an entry off is
kept. Take a renamed entry out of the admin by hand. Every task may run twice and beside itself.
"""

from celery.schedules import crontab

SCHEDULE = {
    "sweep the outbox": {"task": "messaging.sweep_outbox", "schedule": 20},
    "ask about unknown messages": {"task": "messaging.reconcile_unknown", "schedule": 60},
    "sweep jobs": {"task": "core.sweep_jobs", "schedule": 20},
    "clean up jobs": {"task": "core.clean_up_jobs", "schedule": crontab(hour=4, minute=10)},
    "watch the stock": {"task": "inventory.watch_stock", "schedule": 60},
    "forget old notifications": {"task": "core.forget_notifications", "schedule": crontab(hour=4, minute=20)},
    "forget old unmet demand": {"task": "inventory.forget_demand", "schedule": crontab(hour=4, minute=30)},
    "sweep orders": {"task": "orders.sweep", "schedule": 300},
    "expect backorders": {"task": "orders.review_backorders", "schedule": 600},
    "send the shortage report": {"task": "inventory.send_shortage_report", "schedule": 300},
    "remind of tasks": {"task": "accounts.remind", "schedule": 60},
    "sweep online payments": {"task": "credit.sweep_checkouts", "schedule": 60},
    "send monthly statements": {
        "task": "credit.send_monthly_statements",
        "schedule": crontab(day_of_month=1, hour=9, minute=0),
    },
    "remind of what is due": {"task": "credit.run_dunning", "schedule": 600},
    "remind of cheques": {"task": "credit.remind_of_cheques", "schedule": crontab(hour=8, minute=30)},
    "look after limits": {"task": "credit.look_after_limits", "schedule": crontab(hour=0, minute=10)},
    "review ended approvals": {
        "task": "orders.review_ended_approvals",
        "schedule": crontab(hour=0, minute=20),
    },
    "settle promises": {"task": "credit.settle_promises", "schedule": crontab(hour=0, minute=5)},
    "verify the books": {"task": "reports.verify_books", "schedule": crontab(hour=3, minute=30)},
}

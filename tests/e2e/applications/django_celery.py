"""Django with psycopg2, which is compiled in the image, and Celery."""

from __future__ import annotations

from tests.support.applications import Edit, Migration, SampleApplication

__all__ = ["APPLICATION"]

SETTINGS = """\
    import os
    from urllib.parse import urlsplit

    url = urlsplit(os.environ["DATABASE_URL"])
    SECRET_KEY = os.environ["SECRET_KEY"]
    DEBUG = True
    ALLOWED_HOSTS = ["*"]
    ROOT_URLCONF = "shop.urls"
    INSTALLED_APPS = ["tickets"]
    DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": url.path[1:],
            "USER": url.username,
            "PASSWORD": url.password,
            "HOST": url.hostname,
            "PORT": url.port,
        }
    }
    """
VIEWS = """\
    from django.http import JsonResponse

    from tickets.models import Ticket
    from tickets.tasks import close

    GREETING = "Welcome"


    def health(request):
        Ticket.objects.exists()
        return JsonResponse({"status": "ok"})


    def greet(request):
        return JsonResponse({"greeting": GREETING})


    def tickets(request):
        return JsonResponse({"titles": list(Ticket.objects.values_list("title", flat=True))})


    def add(request, title):
        ticket = Ticket.objects.create(title=title)
        close.delay(ticket.pk)
        return JsonResponse({"title": title})
    """
PRIORITY = """\
    from django.db import migrations, models


    class Migration(migrations.Migration):
        dependencies = [("tickets", "0001_initial")]
        operations = [migrations.AddField("ticket", "priority", models.IntegerField(default=0))]
    """

APPLICATION = SampleApplication(
    name="Django, psycopg2 compiled, Celery",
    settings='[infra.docker.system_packages]\nbuild = ["gcc", "libc6-dev", "libpq-dev"]\nrun = ["libpq5"]\n',
    files={
        "requirements.txt": "django>=5.2,<5.3\npsycopg2\ncelery[redis]\n",
        "manage.py": """\
            import os
            import sys

            from django.core.management import execute_from_command_line

            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
            execute_from_command_line(sys.argv)
            """,
        "shop/__init__.py": "from shop.celery import app as celery_app\n",
        "shop/settings.py": SETTINGS,
        "shop/celery.py": """\
            import os

            from celery import Celery

            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
            app = Celery("shop", broker=os.environ["REDIS_URL"])
            app.autodiscover_tasks(["tickets"])
            """,
        "shop/urls.py": """\
            from django.urls import path

            from tickets import views

            urlpatterns = [
                path("", views.greet),
                path("health", views.health),
                path("tickets", views.tickets),
                path("tickets/<title>", views.add),
            ]
            """,
        "shop/wsgi.py": """\
            import os

            from django.core.wsgi import get_wsgi_application

            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
            application = get_wsgi_application()
            """,
        "tickets/__init__.py": "",
        "tickets/models.py": """\
            from django.db import models


            class Ticket(models.Model):
                title = models.TextField()
                closed = models.BooleanField(default=False)

                class Meta:
                    db_table = "ticket"
            """,
        "tickets/tasks.py": """\
            from shop.celery import app
            from tickets.models import Ticket


            @app.task
            def close(key):
                Ticket.objects.filter(pk=key).update(closed=True)
            """,
        "tickets/views.py": VIEWS,
        "tickets/migrations/__init__.py": "",
        "tickets/migrations/0001_initial.py": """\
            from django.db import migrations, models


            class Migration(migrations.Migration):
                initial = True
                operations = [
                    migrations.CreateModel(
                        "Ticket",
                        [
                            ("id", models.BigAutoField(primary_key=True)),
                            ("title", models.TextField()),
                            ("closed", models.BooleanField(default=False)),
                        ],
                        {"db_table": "ticket"},
                    )
                ]
            """,
    },
    edits=(Edit("tickets/views.py"),),
    migration=Migration("tickets/migrations/0002_priority.py", PRIORITY),
    has_worker=True,
)

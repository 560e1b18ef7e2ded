"""`flask user …`: members of staff from the command line."""

import click

from app.jobs import demo
from app.jobs.spoken import Commands
from app.people import actions, second_factor
from app.refusals import Refusal

commands = Commands("user", help="Members of staff.")


@commands.command("add")
@click.argument("login")
@click.option("--name", required=True, help="The person's name.")
@click.option("--role", "roles", required=True, multiple=True, help="May be given more than once.")
@click.option("--office", required=True, help="The id of the office, e.g. wf-01.")
@click.option("--desk", help="The id of the counter, e.g. wf-01-01.")
@click.password_option(envvar="USER_PASSWORD", help="Asked for when not given in USER_PASSWORD.")
def add_command(login, name, roles, office, desk, password) -> None:
    """Add LOGIN; the password is to be changed at the first sign-in."""
    _try(lambda: actions.add_user(login, name, list(roles), office, password, desk_id=desk))
    click.echo(f"已添加 {login}。首次登录须修改密码。")


@commands.command("disable")
@click.argument("login", required=False)
@click.option("--demo", "demonstration", is_flag=True, help="All demonstration accounts, before going live.")
def disable_command(login, demonstration) -> None:
    """LOGIN can no longer sign in, and is signed out everywhere now."""
    if bool(login) == demonstration:
        raise click.UsageError("请写一个登录名，或者 --demo")
    if demonstration:
        click.echo(f"已停用 {demo.disable_accounts()} 个演示账号。")
        return
    _try(lambda: actions.disable_user(login))
    click.echo(f"已停用 {login}，其全部会话已结束。")


@commands.command("password")
@click.argument("login")
@click.password_option(envvar="USER_PASSWORD", help="Asked for when not given in USER_PASSWORD.")
def password_command(login, password) -> None:
    """Give LOGIN a new password, to be changed at the next sign-in."""
    _try(lambda: actions.set_password(login, password))
    click.echo(f"已重设 {login} 的密码，其全部会话已结束。")


@commands.command("reset-second-factor")
@click.argument("login")
def reset_second_factor_command(login) -> None:
    """LOGIN's phone and recovery codes are lost: a password alone opens, and where it must the user enrols anew."""
    _try(lambda: second_factor.reset(login))
    click.echo(f"已取消 {login} 的动态码，其全部会话已结束。")


def _try(verb) -> None:
    try:
        verb()
    except Refusal as refusal:
        click.echo(str(refusal), err=True)
        raise SystemExit(1) from refusal

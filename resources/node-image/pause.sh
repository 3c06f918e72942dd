#!/bin/sh
# PID 1 of a pod's sandbox: sets what the pod's containers share, then only holds the namespaces and reaps what is left behind in them.
# Upstream counterpart: the pause container, and what a CNI plugin does to a pod's network.
#
#   POD_ROUTER       the node's address; all traffic of the pod goes through it. Absent: the network stays as the engine made it.
#   POD_RESOLV_CONF  the whole text of /etc/resolv.conf. Absent: the file stays as the engine made it.
#
# The engine writes resolv.conf and the routes anew at every start, so both are set at every start.
set -eu
trap 'exit 0' TERM INT

if [ -n "${POD_RESOLV_CONF:-}" ]; then
  # Written in place: the engine mounts this very file into the pod's other containers.
  printf '%s\n' "$POD_RESOLV_CONF" >/etc/resolv.conf
fi

if [ -n "${POD_ROUTER:-}" ]; then
  # Last the subnet's own route goes, so that other pods, too, are reached through the node.
  subnet=$(ip -4 route show dev eth0 scope link)
  ip -batch - <<ROUTES
route replace $POD_ROUTER dev eth0 scope link
route replace default via $POD_ROUTER dev eth0
route del ${subnet%% *} dev eth0
ROUTES
fi

# `wait` collects orphans too; a signal interrupts it and runs the trap.
sleep infinity &
wait

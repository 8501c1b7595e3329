# shellcheck shell=bash
# needs: sleep

sleep 0.1
echo "sleep: $?"
sleep nonsense 2>&1
echo "sleep: $?"
sleep 20 &
kill $!
wait $! 2>/dev/null
echo "sleep: $?"
